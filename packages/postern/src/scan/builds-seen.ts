import { least, most } from "../core/index.ts";
import type { Event } from "../model/index.ts";
import type { ServerKey } from "./server-key.ts";

/** A build number with which a server wrote records. */
export interface BuildSeen {
  readonly serverKey: ServerKey;
  /** As four numbers joined by dots, without leading zeros. */
  readonly build: string;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** Where it was read, for the reader. */
  readonly source: string;
}

const BUILD = /^15\.0*(\d+)\.0*(\d+)\.0*(\d+)$/u;
/** ECP, agent and SMTP logs always say this: it is no build. */
const PLACEHOLDER = "15.0.0.0";

/** Normal form of a build text, or null. */
export function findBuildText(text: string | undefined): string | null {
  const match = BUILD.exec((text ?? "").trim());
  if (match === null) return null;
  const build = `15.${match[1] ?? ""}.${match[2] ?? ""}.${match[3] ?? ""}`;
  return build === PLACEHOLDER ? null : build;
}

/** Source of builds that stand in the headers and columns of logs. */
export const LOG_BUILDS = "headers and version columns of the Exchange logs";

/** The build that a record carries in its own columns. */
export function buildOf(event: Event): { readonly build: string; readonly source: string } | null {
  const { MajorVersion, MinorVersion, BuildVersion, RevisionVersion } = event.fields;
  const columns = findBuildText([MajorVersion, MinorVersion, BuildVersion, RevisionVersion].join("."));
  if (columns !== null) return { build: columns, source: LOG_BUILDS };
  // Message tracking ends each row with the version of the server that wrote it.
  const tracking = findBuildText(event.fields["schema-version"]);
  if (tracking !== null) return { build: tracking, source: LOG_BUILDS };
  const ecp = findBuildText(event.fields["S:BLD"] ?? event.fields["S:Bld"]);
  return ecp === null ? null : { build: ecp, source: "build in the ECP logs" };
}

/** Collects builds over time. */
export class BuildsSeen {
  readonly #byKey = new Map<string, { seen: BuildSeen }>();

  add(
    serverKey: ServerKey,
    build: { readonly build: string; readonly source: string },
    span: { readonly firstMs: number | null; readonly lastMs: number | null },
  ): void {
    const key = `${serverKey}\n${build.build}\n${build.source}`;
    const known = this.#byKey.get(key);
    if (known === undefined) this.#byKey.set(key, { seen: { serverKey, ...build, ...span } });
    else
      known.seen = {
        ...known.seen,
        firstMs: least(known.seen.firstMs, span.firstMs),
        lastMs: most(known.seen.lastMs, span.lastMs),
      };
  }

  /** The only build that the item's logs name, or null when they name none or several. */
  onlyLogBuild(): BuildSeen | null {
    const [first, ...others] = this.list().filter((seen) => seen.source === LOG_BUILDS);
    return first !== undefined && others.length === 0 ? first : null;
  }

  list(): readonly BuildSeen[] {
    return [...this.#byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { seen }]) => seen);
  }
}
