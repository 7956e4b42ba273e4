import type { CleanUpKnowledge } from "../knowledge/index.ts";
import { atLeast, type Finding, type RebuildReason } from "../model/index.ts";
import { meets, openCves, type ServerFacts } from "./server-facts.ts";

/** A back door that came back after it was removed, as a verification found it. */
export interface ReturnedImplant {
  /** Server id. */
  readonly server: string;
  /** The finding of this case that came back. */
  readonly finding: string;
}

/** What speaks for a rebuild besides the findings themselves. */
export interface RebuildSigns {
  readonly returned: readonly ReturnedImplant[];
  /** Kinds of findings after which a pack asks for a rebuild. */
  readonly kinds: ReadonlySet<string>;
}

/**
 * Why a server must be built anew; empty when it may be cleaned. Asked only of a server that was broken into: where nothing was found there is
 * nothing to choose between, and missing evidence is then a step of its own.
 */
export function rebuildReasons(
  facts: ServerFacts,
  cleanUp: CleanUpKnowledge,
  told: RebuildSigns,
): readonly RebuildReason[] {
  const { server } = facts;
  if (server.verdict !== "compromised") return [];
  const reasons = cleanUp.rebuild.flatMap((condition): readonly RebuildReason[] => {
    const own = OF_STATE[condition.id]?.(facts, told) ?? null;
    const found = facts.findings.filter((finding) => meets(condition, finding)).map(({ id }) => id);
    const findings = [...new Set([...found, ...(own?.findings ?? [])])];
    if (own === null && findings.length === 0) return [];
    const text = own === null || own.text === "" ? condition.text : `${condition.text} ${own.text}`;
    return [{ condition: condition.id, server: server.id, text, findings }];
  });
  // What a pack says adds nothing where its findings are named by a reason of their own.
  const named = new Set(reasons.flatMap(({ condition, findings }) => (condition === "pack" ? [] : findings)));
  return reasons.filter(
    ({ condition, findings }) => condition !== "pack" || findings.some((id) => !named.has(id)),
  );
}

interface StateReason {
  readonly text: string;
  readonly findings: readonly string[];
}

type StateTest = (facts: ServerFacts, signs: RebuildSigns) => StateReason | null;

/** Conditions that no kind of finding tells. */
const OF_STATE: Readonly<Record<string, StateTest>> = {
  "logs-missing": ({ server }) => {
    const open = openCves(server);
    return open.length === 0
      ? null
      : { text: `It concerns ${listed(open.map(([id]) => id))}.`, findings: [] };
  },
  unsupported: ({ support, server }) =>
    support === "out" ? { text: `It runs Exchange ${server.product ?? ""}.`, findings: [] } : null,
  pack: ({ findings }, { kinds }) => {
    const ids = findings
      .filter(({ kind, rung }) => kinds.has(kind) && atLeast(rung, "L2"))
      .map(({ id }) => id);
    return ids.length === 0 ? null : { text: "", findings: ids };
  },
  "implant-returned": ({ server, findings }, { returned }) => {
    const ids = [
      ...returned.flatMap((one) => (one.server === server.id ? [one.finding] : [])),
      ...returnedHere(findings),
    ];
    return ids.length === 0 ? null : { text: "", findings: [...new Set(ids)] };
  },
};

/** An antivirus says that it removed a file, and a back door stands at the same place now. */
function returnedHere(findings: readonly Finding[]): readonly string[] {
  const removed = new Set(
    findings
      .filter(({ kind }) => /^(?:antivirus|defender)-(?:removed|ran)$/u.test(kind))
      .flatMap(({ entities }) => entities.files ?? [])
      .map((file) => file.toLowerCase()),
  );
  return findings
    .filter(({ kind, rung }) => /^(?:web-shell-file|known-bad-file)$/u.test(kind) && atLeast(rung, "L2"))
    .filter(({ entities }) => entities.files?.some((file) => removed.has(file.toLowerCase())))
    .map(({ id }) => id);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 6).join(", ");
  return names.length <= 6 ? shown : `${shown} and ${String(names.length - 6)} more`;
}
