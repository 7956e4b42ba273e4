/** Faults of a package-lock.json that `npm ci` on the machine that wrote it can't show. */

const DEFAULT_REGISTRY = "https://registry.npmjs.org/";

interface LockEntry {
  readonly resolved: string | null;
  readonly isLink: boolean;
  readonly optionalDependencies: readonly string[];
}

/**
 * A registry that lacks some platforms' packages makes npm leave them out of the lock silently, and `npm ci` stops on those
 * platforms. So every name in any `optionalDependencies` must have an entry of its own, and everything comes from npm's default registry.
 * @param lockText the text of a package-lock.json, lockfileVersion 3
 * @returns one sentence for each fault; empty when there is none
 */
export function findLockfileFaults(lockText: string): readonly string[] {
  const entries = entriesOf(JSON.parse(lockText));
  if (entries.size < 2) return ["package-lock.json lists no packages (is it lockfileVersion 3?)"];
  const names = new Set([...entries.keys()].map((path) => path.split("node_modules/").at(-1)));
  return [...entries].flatMap(([path, entry]) => [
    ...entry.optionalDependencies
      .filter((name) => !names.has(name))
      .map(
        (name) =>
          `${path || "the workspace"} may need ${name}, which has no entry of its own: npm ci stops where it is needed`,
      ),
    ...(entry.resolved !== null && !entry.isLink && !entry.resolved.startsWith(DEFAULT_REGISTRY)
      ? [`${path} comes from ${entry.resolved}, not from ${DEFAULT_REGISTRY}`]
      : []),
  ]);
}

function entriesOf(lock: unknown): ReadonlyMap<string, LockEntry> {
  const packages = isObject(lock) ? lock["packages"] : null;
  if (!isObject(packages)) return new Map();
  return new Map(
    Object.entries(packages).map(([path, raw]) => {
      const entry = isObject(raw) ? raw : {};
      const optional = entry["optionalDependencies"];
      const resolved = entry["resolved"];
      return [
        path,
        {
          resolved: typeof resolved === "string" ? resolved : null,
          isLink: entry["link"] === true,
          optionalDependencies: isObject(optional) ? Object.keys(optional) : [],
        },
      ];
    }),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
