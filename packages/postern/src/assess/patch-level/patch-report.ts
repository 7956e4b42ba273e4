import type { Build, Knowledge, NextUpdate, Product, Support } from "../../knowledge/index.ts";
import {
  cveState,
  findBuild,
  lacksOf,
  nextUpdateFor,
  productOf,
  supportOf,
  unknownOf,
} from "../../knowledge/index.ts";
import type { UtcDay } from "../../model/index.ts";
import { configurationFor } from "./configuration.ts";
import { longDay } from "../../core/index.ts";

/** A flaw that a build lacks the fix of. */
export interface LackingCve {
  readonly cve: string;
  readonly alias: string | null;
  readonly kind: string;
  readonly tier: 1 | 2 | 3;
  readonly kev: boolean | null;
  readonly fixedBy: string;
  /** The first build of the own CU with the fix; null when the CU never got one. */
  readonly fixedIn: string | null;
}

/** What `postern patch <build> --json` prints. */
export interface PatchReport {
  readonly schema: "postern.patch/1";
  readonly build: string;
  readonly product: Product | null;
  readonly name: string | null;
  readonly cu: string | null;
  /** Null for a CU as shipped. */
  readonly su: string | null;
  readonly released: UtcDay | null;
  /** False when the build itself is not listed and the name is that of the highest listed build below it. */
  readonly exact: boolean;
  /** The day that support and next step are for. */
  readonly day: UtcDay;
  readonly support: Support;
  readonly endOfSupport: UtcDay | null;
  /** Worst tier first. */
  readonly lacks: readonly LackingCve[];
  /** CVEs for which nobody can say, worst tier first. */
  readonly cannotTell: readonly string[];
  readonly configurationNeeded: readonly string[];
  readonly next: {
    readonly action: NextUpdate["action"];
    readonly build: string | null;
    readonly text: string;
  };
  /** Traps that apply to this build, plain sentences. */
  readonly notes: readonly string[];
  readonly knowledgeAsOf: UtcDay;
}

/** What a build is, what it lacks and what to install next, as known for a day. */
export function patchReport(build: Build, knowledge: Knowledge, day: UtcDay): PatchReport {
  const known = findBuild(knowledge, build);
  const product = productOf(knowledge, build);
  const next = nextUpdateFor(knowledge, build, day);
  const lacks = product === null ? [] : lacksOf(knowledge, build);
  return {
    schema: "postern.patch/1",
    build: build.text,
    product,
    name: known?.name ?? null,
    cu: known?.cu ?? null,
    su: known?.su ?? null,
    released: known?.released ?? null,
    exact: known?.exact ?? false,
    day,
    support: product === null ? "unknown" : supportOf(knowledge, product, day),
    endOfSupport: knowledge.products.find((row) => row.product === product)?.endOfSupport ?? null,
    lacks: lacks.map((row) => ({
      cve: row.cve,
      alias: row.alias,
      kind: row.kind,
      tier: row.tier,
      kev: row.kev,
      fixedBy: row.fixedBy,
      fixedIn: cveState(knowledge, row.cve, build).floor?.text ?? null,
    })),
    cannotTell: product === null ? [] : unknownOf(knowledge, build).map((row) => row.cve),
    configurationNeeded: configurationFor(knowledge, build),
    next: { action: next.action, build: next.target?.build.text ?? null, text: next.text },
    notes: notesFor(knowledge, build, day),
    knowledgeAsOf: knowledge.asOf,
  };
}

function notesFor(knowledge: Knowledge, build: Build, day: UtcDay): readonly string[] {
  const known = findBuild(knowledge, build);
  const notes: string[] = [];
  if (known !== null && known.su === null && known.exact)
    notes.push(
      "This is the CU as shipped. If the number comes from Get-ExchangeServer (AdminDisplayVersion), security updates do not show in it: read the file version of bin\\ExSetup.exe instead.",
    );
  if (known !== null && !known.exact)
    notes.push(
      `${build.text} itself is not listed; it is taken as ${known.row.build.text} or a little newer.`,
    );
  if (known === null && productOf(knowledge, build) !== null)
    notes.push("This CU is not listed; it may be newer than the knowledge.");
  if (known !== null && known.row.note !== null) notes.push(known.row.note);
  if (day > knowledge.asOf) notes.push(`Updates published after ${longDay(knowledge.asOf)} are not known.`);
  notes.push("A patched server is not a clean one: updates do not remove what was put there before.");
  return notes;
}

/** The same in plain words for a terminal, lines joined by line feeds, none longer than its content needs. */
export function describePatch(build: Build, knowledge: Knowledge, day: UtcDay): string {
  const report = patchReport(build, knowledge, day);
  const name =
    report.name ??
    (report.product === null
      ? "not a listed build of Exchange Server"
      : `Exchange ${report.product}, CU not listed`);
  const head = [
    `${report.build}: ${name}${report.released === null ? "" : `, released ${longDay(report.released)}`}`,
  ];
  if (report.product === null) return [...head, report.next.text].join("\n");
  const body = [
    ...head,
    supportLine(report),
    "",
    ...lackLines(report),
    ...section("Nobody can say for:", wrapped(report.cannotTell)),
    ...section("Needed besides the update:", report.configurationNeeded),
    "",
    `Next: ${report.next.text}`,
    ...section("Mind:", report.notes),
    "",
    `Known as of ${longDay(report.knowledgeAsOf)}.`,
  ];
  return body.join("\n");
}

function supportLine({ support, endOfSupport, day }: PatchReport): string {
  const end = endOfSupport === null ? "" : ` (support ended on ${longDay(endOfSupport)})`;
  const words: Readonly<Record<Support, string>> = {
    supported: `Supported on ${longDay(day)}`,
    extended: `Out of support on ${longDay(day)}, paid extended updates only${end}`,
    out: `Out of support on ${longDay(day)}${end}`,
    unknown: `Support on ${longDay(day)} is not known`,
  };
  return `${words[support]}.`;
}

function lackLines({ lacks, support }: PatchReport): readonly string[] {
  if (lacks.length === 0)
    return [support === "out" ? "Lacks no fix that its product ever got." : "Lacks no fix that is known."];
  const line = (row: LackingCve): string => {
    const alias = row.alias === null ? "" : ` ${row.alias}`;
    return `  ${row.cve}${alias}: ${row.kind}${row.kev === true ? ", known to be exploited" : ""}, fixed by ${row.fixedBy}`;
  };
  const first = lacks.filter((row) => row.tier === 1);
  const rest = lacks.filter((row) => row.tier !== 1);
  const lines = [
    `Lacks the fixes of ${lacks.length} known ${lacks.length === 1 ? "flaw" : "flaws"}:`,
    ...first.map(line),
  ];
  if (rest.length > 0) lines.push(`  ${first.length > 0 ? "and " : ""}less urgent:`);
  lines.push(...wrapped(rest.map((row) => row.cve)).map((text) => `    ${text}`));
  return lines;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** A list of ids in lines that fit a terminal of 100 columns. */
function wrapped(ids: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const [i, id] of ids.entries()) {
    const text = i + 1 < ids.length ? `${id},` : id;
    const last = lines.at(-1);
    if (last === undefined || last.length + text.length > 94) lines.push(text);
    else lines[lines.length - 1] = `${last} ${text}`;
  }
  return lines;
}
