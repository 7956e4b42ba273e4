import type { CleanUpKnowledge, RebuildCondition, StepFact } from "../knowledge/index.ts";
import { atLeast, counts, type CveAssessment, type Finding, type ServerAssessment } from "../model/index.ts";

/** What the steps of one server depend on. */
export interface ServerFacts {
  readonly server: ServerAssessment;
  /** Those that count: acknowledged ones are left out. */
  readonly findings: readonly Finding[];
  /** Support of its product today, as far as the knowledge goes. */
  readonly support: string;
  readonly facts: ReadonlySet<StepFact>;
}

/** True when a finding is one that a condition speaks of. */
export function meets(condition: RebuildCondition, finding: Finding): boolean {
  if (condition.anyOn !== null && finding.rung === condition.anyOn) return true;
  return (
    atLeast(finding.rung, condition.rung) &&
    condition.kinds.some((pattern) => fitsKind(pattern, finding.kind))
  );
}

/** `lsass-*` fits every kind that begins so, `*-in-memory` every one that ends so. */
function fitsKind(pattern: string, kind: string): boolean {
  if (pattern.endsWith("*")) return kind.startsWith(pattern.slice(0, -1));
  if (pattern.startsWith("*")) return kind.endsWith(pattern.slice(1));
  return pattern === kind;
}

/** Pages and scripts on which people type their passwords. */
const SIGN_IN_PAGE = /\\(?:logon|flogon|errorfe|expiredpassword)\.(?:aspx|js)$/iu;

/** Tells the facts of one server, all but `rebuild` and `noServers`. */
export function serverFacts(
  server: ServerAssessment,
  findings: readonly Finding[],
  known: { readonly cleanUp: CleanUpKnowledge; readonly support: string },
): ServerFacts {
  const own = findings.filter((finding) => finding.server === server.id && counts(finding));
  const holds = (id: string): boolean => {
    const condition = known.cleanUp.rebuild.find((one) => one.id === id);
    return condition !== undefined && own.some((finding) => meets(condition, finding));
  };
  const signInPage = own.some(
    ({ kind, rung, entities }) =>
      kind === "page-changed" && rung !== null && entities.files?.some((file) => SIGN_IN_PAGE.test(file)),
  );
  const table: readonly (readonly [StepFact, boolean])[] = [
    ["ran", holds("system-code")],
    ["signin", holds("credentials") || holds("deep-implant") || signInPage],
    ["missing", missingOf(server).length > 0],
    ["lacks", server.patch.lacks.length > 0],
    ["configuration", server.patch.configurationNeeded.length > 0],
    ["hybrid", server.hybrid.state === "yes"],
    ["shared", ["exposed", "patched-not-fixed"].includes(server.hybrid.sharedIdentity.state)],
  ];
  const facts = new Set(table.flatMap(([fact, is]) => (is ? [fact] : [])));
  return { server, findings: own, support: known.support, facts };
}

/** Flaws for which logs are missing. Of a flaw that no known log shows none is missing. */
export function openCves(server: ServerAssessment): readonly (readonly [string, CveAssessment])[] {
  return Object.entries(server.cves).filter(
    ([, cve]) => cve.verdict === "cannot-tell" && cve.traceless !== true,
  );
}

/** What is missing to answer for the CVEs of a server, each sentence once. */
export function missingOf(server: ServerAssessment): readonly string[] {
  return [...new Set(openCves(server).flatMap(([, cve]) => cve.missing))];
}
