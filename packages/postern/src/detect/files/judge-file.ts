import type { Rung } from "../../model/index.ts";
import { type FileClaim, type Signs, combineWeights, strongestClaim } from "./claim.ts";
import {
  signsOfCompiled,
  signsOfContent,
  signsOfDump,
  signsOfHash,
  signsOfSettings,
  signsOfYara,
} from "./file-signs.ts";
import type {
  FileContext,
  FileFacts,
  FileFindingKind,
  FileInput,
  FileJudgement,
  FileReason,
} from "./judgement.ts";
import { type OabDump, findOabDump } from "./oab-dump.ts";
import { explainOrigin, type JudgedOrigin, judgeOrigin } from "./origin.ts";
import { findPlaceSigns } from "./place-signs.ts";
import { asQuotation, isQuoted } from "./quoted.ts";
import { decodeText } from "./text.ts";

/** From this score on a file is a back door; every single sign that proves one weighs as much. */
const WEBSHELL_SCORE = 0.8;
/** From this score on a file should be looked at. */
const SUSPICIOUS_SCORE = 0.3;

/**
 * Says what a file is: a back door or the trace of one, something to look at, or nothing known.
 * The file is read as text and bytes, never run. Only `live` and `shadow-copy` files stand on a rung.
 */
export function judgeFile(input: FileInput, context: FileContext): FileJudgement {
  const first = judgeOrigin(input, context);
  if (first.origin === "genuine" || first.origin === "other-build")
    return genuineJudgement(input, first.origin, first.reasons);
  const place = findPlaceSigns(input.facts, context.genuine, context.indicators);
  if (isEmpty(input.window.bytes)) return emptyJudgement(input, place);
  const text = decodeText(input.window.bytes);
  const dump = findOabDump(text.text);
  const content: readonly Signs[] = [
    signsOfDump(dump, text, input),
    signsOfYara(context.scanner, input),
    ...(holdsCode(input.facts) ? [signsOfContent(input)] : []),
  ];
  const parts: readonly Signs[] = [
    signsOfHash(context.indicators.findHash(input.sha256), input.facts),
    signsOfCompiled(input.facts, context.genuine),
    ...(isQuoted(input.facts.name, text.text, dump) ? content.map(asQuotation) : content),
    { reasons: place, claims: [] },
    signsOfSettings(input),
  ];
  const reasons = parts.flatMap((part) => part.reasons);
  const signs = combineWeights(reasons) >= SUSPICIOUS_SCORE;
  const judged = explainOrigin(first, input, context, signs);
  return conclude({ input, judged, dump, reasons, claims: parts.flatMap((part) => part.claims) });
}

/** Programs that ASP.NET compiles beside pages (`App_Code`, code-behind), and style sheets that may hold programs. */
const BESIDE_PAGES = /\.(?:cs|vb|xslt?)$/iu;

function holdsCode(facts: FileFacts): boolean {
  return facts.kind !== null || BESIDE_PAGES.test(facts.name);
}

interface Gathered {
  readonly input: FileInput;
  readonly judged: JudgedOrigin;
  readonly dump: OabDump | null;
  readonly reasons: readonly FileReason[];
  readonly claims: readonly FileClaim[];
}

function conclude(gathered: Gathered): FileJudgement {
  const { input, judged, dump } = gathered;
  const { origin } = judged;
  const changed = origin === "changed" ? changedReason(gathered.reasons, judged) : judged.reasons;
  const reasons = [...gathered.reasons, ...changed].sort(
    (a, b) => b.weight - a.weight || compare(a.id, b.id),
  );
  const score = combineWeights(reasons);
  const claim = strongestClaim(gathered.claims);
  const base = { ...baseOf(input), origin, dump, reasons, score };
  if (score >= WEBSHELL_SCORE && claim !== null) {
    const rung = servedRung(claim, input, dump);
    return { ...base, ...claim, rung, verdict: "webshell", doubt: doubtOf(claim.kind, input, rung) };
  }
  if (score >= SUSPICIOUS_SCORE) {
    const kind = origin === "changed" ? "page-changed" : "page-unknown";
    const title = kind === "page-changed" ? "Changed page of Exchange" : "File that should be looked at";
    return { ...base, ...lead(kind, title), verdict: "suspicious", doubt: doubtOf(kind, input, null) };
  }
  const unreadable =
    input.facts.compiled?.kind === "malformed" || reasons.some((reason) => reason.id === "yara/failed");
  return { ...base, ...NOTHING, verdict: unreadable ? "unreadable" : "clean" };
}

const NOTHING = {
  kind: null,
  title: "",
  rung: null,
  confidence: "low",
  cves: [],
  doubt: "",
} as const;

function lead(kind: FileFindingKind, title: string): Omit<FileClaim, "rung"> & { readonly rung: null } {
  return { kind, title, rung: null, confidence: "low", cves: [] };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Parts of a judgement that do not depend on what was found. */
function baseOf(input: FileInput): Pick<FileJudgement, "entities" | "partly"> {
  const { facts } = input;
  const urls = facts.compiled?.kind === "compiled-page" ? { urls: [facts.compiled.virtualPath] } : {};
  return {
    entities: { files: [facts.path], hashes: [input.sha256], ...urls },
    partly: input.window.gap !== null,
  };
}

/** The rung of a claim if the file could be served from where it lies; a settings dump proves the change wherever it lies. */
function servedRung(claim: FileClaim, input: FileInput, dump: OabDump | null): Rung | null {
  if (input.standing === "history") return null;
  const elsewhere = input.facts.placeKnown && input.facts.folder === null;
  return elsewhere && dump === null && claim.kind === "web-shell-file" ? null : claim.rung;
}

/** A changed genuine page is worth a look when its code does what no sign-in page does; line endings alone change a hash, too. */
function changedReason(reasons: readonly FileReason[], judged: JudgedOrigin): readonly FileReason[] {
  const doing = reasons.some((reason) => reason.id.startsWith("content/"));
  const text = "Microsoft's lists know this page of this build with another hash.";
  const [told = { id: "hash/changed", text, excerpt: "", offsetBytes: 0, weight: 0 }] = judged.reasons;
  return [{ ...told, weight: doing ? 0.5 : 0.1 }];
}

function genuineJudgement(
  input: FileInput,
  origin: "genuine" | "other-build",
  told: readonly FileReason[],
): FileJudgement {
  const text = "Its SHA-256 is in Microsoft's list of shipped files.";
  const reason = { id: "hash/genuine", text, excerpt: "", offsetBytes: 0, weight: 0 };
  const reasons = told.length > 0 ? told : [reason];
  return { ...baseOf(input), ...NOTHING, origin, dump: null, verdict: "clean", score: 0, reasons };
}

function isEmpty(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0 || byte === 0x20 || byte === 0x0a || byte === 0x0d);
}

/** Antivirus empties a back door and leaves its name: history, and a lead when name or place are telling. */
function emptyJudgement(input: FileInput, place: readonly FileReason[]): FileJudgement {
  const score = combineWeights(place);
  const base = { ...baseOf(input), origin: "unknown", dump: null, reasons: place, score } as const;
  if (score >= SUSPICIOUS_SCORE) {
    const doubt = "Its content is gone, so nobody can say what it was.";
    return { ...base, ...lead("page-emptied", "Emptied page"), verdict: "suspicious", doubt };
  }
  return { ...base, ...NOTHING, verdict: input.window.bytes.length === 0 ? "clean" : "unreadable" };
}

const DOUBTS: Readonly<Record<FileFindingKind, string>> = {
  "web-shell-file": "An administrator's own tool can look like this; ask who put it there.",
  "web-shell-answer": "It is a saved answer: it shows that a back door answered, not when.",
  "page-compiled": "Another product can keep pages here; look for the page itself and for requests to it.",
  "known-bad-file": "A list can be wrong; some tools on it serve administrators, too.",
  "page-unknown":
    "Nothing in it proves a back door; another product or an administrator may have put it there.",
  "page-changed": "Another line ending or a local change also gives another hash.",
  "page-emptied": "Its content is gone, so nobody can say what it was.",
};

function doubtOf(kind: FileFindingKind, input: FileInput, rung: Rung | null): string {
  const parts = [DOUBTS[kind]];
  if (input.standing === "history")
    parts.push("It lies in a quarantine, backup or investigation folder: it says nothing about today.");
  else if (rung === null && kind === "web-shell-file")
    parts.push("It lies outside of the web folders, where nobody can request it.");
  else if (isUnplaced(input.facts)) parts.push("Where it lay on the server is not known.");
  if (input.window.gap !== null) parts.push("Only its beginning and its end were read.");
  return parts.join(" ");
}

function isUnplaced(facts: FileFacts): boolean {
  return !facts.placeKnown && facts.folder === null;
}
