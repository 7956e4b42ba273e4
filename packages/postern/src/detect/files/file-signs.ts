import { codeOf, messageOf } from "../../core/index.ts";
import { CONFIDENCES, RUNGS, type Confidence, type Rung } from "../../model/index.ts";
import type { HashIndicator } from "../iocs/index.ts";
import { YARA_EXTERNALS, type YaraMatch, type YaraScanner } from "../yara/index.ts";
import { type FileClaim, NO_SIGNS, type Signs } from "./claim.ts";
import type { GenuineFiles } from "./genuine.ts";
import type { FileFacts, FileFindingKind, FileInput } from "./judgement.ts";
import type { OabDump } from "./oab-dump.ts";
import { reasonsOfCode } from "./page-signs.ts";
import { type DecodedText, excerptOf } from "./text.ts";
import { offsetInFile } from "./window.ts";

/** The flaw that writes settings dumps into web folders. */
const DUMP_CVE = "CVE-2021-27065";
const WEIGHT_OF: Readonly<Record<Confidence, number>> = { low: 0.4, medium: 0.7, high: 0.9 };

/** What the settings dump inside a file says. */
export function signsOfDump(dump: OabDump | null, text: DecodedText, input: FileInput): Signs {
  if (dump === null) return NO_SIGNS;
  if (dump.script !== null) {
    const reason = {
      id: "content/dump-script",
      text: `It is a dump of a virtual directory's settings with script in ${dump.script.setting}, as written through ${DUMP_CVE}.`,
      excerpt: excerptOf(dump.script.text, 0, dump.script.text.length),
      offsetBytes: offsetInFile(input.window, text.offsetBytesOf(dump.script.index)),
      weight: 0.97,
    };
    const title = "Back door written through the reset of a virtual directory";
    return {
      reasons: [reason],
      claims: [{ kind: "web-shell-file", title, rung: "L2", confidence: "high", cves: [DUMP_CVE] }],
    };
  }
  if (!dump.rendered) return NO_SIGNS;
  const index = Math.max(text.text.search(/ExternalUrl\s{0,60}:/iu), 0);
  const reason = {
    id: "content/dump-answer",
    text: "It is the answer of a back door: the address in the settings is cut off where the web server ran the script.",
    excerpt: excerptOf(text.text, index, 80),
    offsetBytes: offsetInFile(input.window, text.offsetBytesOf(index)),
    weight: 0.9,
  };
  const title = "Answer of a back door that was written through the reset of a virtual directory";
  return {
    reasons: [reason],
    claims: [{ kind: "web-shell-answer", title, rung: "L3", confidence: "high", cves: [DUMP_CVE] }],
  };
}

/** What the server code of a page does. */
export function signsOfContent(input: FileInput): Signs {
  const reasons = reasonsOfCode(input);
  if (reasons.length === 0) return NO_SIGNS;
  const guarded = input.facts.folder !== null && input.facts.folder !== "clientaccess";
  const confidence = guarded ? "high" : "medium";
  return {
    reasons,
    claims: [{ kind: "web-shell-file", title: "Web shell", rung: "L2", confidence, cves: [] }],
  };
}

/** What settings say: a back door that needs no page of its own. */
export function signsOfSettings({ settings = [] }: FileInput): Signs {
  if (settings.length === 0) return NO_SIGNS;
  const title = "Configuration that makes a back door";
  return {
    reasons: settings,
    claims: [{ kind: "web-shell-file", title, rung: "L2", confidence: "medium", cves: [] }],
  };
}

/** What the packs' YARA rules say. Rules without `confidence` count as low. */
export function signsOfYara(scanner: YaraScanner | null, input: FileInput): Signs {
  if (scanner === null) return NO_SIGNS;
  const dot = input.facts.name.lastIndexOf(".");
  const externals = {
    ...Object.fromEntries(YARA_EXTERNALS.map((name) => [name, ""])),
    filename: input.facts.name,
    filepath: input.facts.path,
    extension: dot < 0 ? "" : input.facts.name.slice(dot).toLowerCase(),
    filetype: "",
    owner: "",
  };
  try {
    const matches = scanner.scan(input.window.bytes, externals);
    return { reasons: matches.map((match) => reasonOf(match, input)), claims: matches.map(claimOf) };
  } catch (thrown) {
    // A file that the engine cannot bear must not end the scan, and must not look scanned either.
    if (codeOf(thrown) !== "LIMIT_EXCEEDED") throw thrown;
    const text = `The file rules could not be run on it: ${messageOf(thrown)}`;
    return { reasons: [{ id: "yara/failed", text, excerpt: "", offsetBytes: 0, weight: 0 }], claims: [] };
  }
}

function reasonOf(match: YaraMatch, input: FileInput): Signs["reasons"][number] {
  const [first] = match.strings;
  const at = first?.offsetBytes ?? 0;
  const bytes = input.window.bytes.subarray(at, at + Math.max(first?.lengthBytes ?? 0, 160));
  const excerpt = first === undefined ? "" : Buffer.from(bytes).toString("latin1").replaceAll("\u0000", "");
  return {
    id: match.meta["id"] ?? match.rule,
    text: `${match.meta["title"] ?? match.rule} (file rule).`,
    excerpt: excerptOf(excerpt, 0, excerpt.length),
    offsetBytes: offsetInFile(input.window, at),
    weight: WEIGHT_OF[confidenceOf(match.meta["confidence"])],
  };
}

function claimOf(match: YaraMatch): FileClaim {
  return {
    kind: kindOf(match.meta["kind"]),
    title: match.meta["title"] ?? match.rule,
    rung: RUNGS.find((rung) => rung === match.meta["rung"]) ?? null,
    confidence: confidenceOf(match.meta["confidence"]),
    cves: (match.meta["cves"] ?? "").split(/[ ,]+/u).filter((cve) => cve !== ""),
  };
}

function confidenceOf(text: string | undefined): Confidence {
  return CONFIDENCES.find((confidence) => confidence === text) ?? "low";
}

const RULE_KINDS: readonly FileFindingKind[] = [
  "web-shell-file",
  "web-shell-answer",
  "page-compiled",
  "known-bad-file",
];

function kindOf(text: string | undefined): FileFindingKind {
  return RULE_KINDS.find((kind) => kind === text) ?? "known-bad-file";
}

/** What a list of known bad hashes says. */
export function signsOfHash(found: HashIndicator | null, facts: FileFacts): Signs {
  if (found === null) return NO_SIGNS;
  const named = found.name === null ? "" : ` as ${found.name}`;
  const text = `Its SHA-256 is listed${named}${found.actor === null ? "" : ` (${found.actor})`}: ${found.source}`;
  const reason = { id: "hash/known-bad", text, excerpt: "", offsetBytes: 0, weight: 0.98 };
  const rung: Rung = "L2";
  const page = facts.kind !== null || /shell|asp/iu.test(found.kind);
  const claim: FileClaim = page
    ? { kind: "web-shell-file", title: "Known web shell", rung, confidence: "high", cves: [] }
    : { kind: "known-bad-file", title: "Known malicious file", rung, confidence: "high", cves: [] };
  return { reasons: [reason], claims: [claim] };
}

/** Web applications whose pages are few and known, as URLs begin. */
const COMPILED_FOLDERS: readonly (readonly [start: string, folder: string])[] = [
  ["/aspnet_client/", "aspnet-client"],
  ["/owa/auth/", "owa-auth"],
  ["/ecp/auth/", "ecp-auth"],
  ["/oab/", "oab"],
];

/** A record of compilation names a page that does not ship: somebody asked for that page, and it ran. */
export function signsOfCompiled(facts: FileFacts, genuine: GenuineFiles): Signs {
  if (facts.compiled?.kind !== "compiled-page") return NO_SIGNS;
  const page = facts.compiled.virtualPath.toLowerCase();
  const place = COMPILED_FOLDERS.find(([start]) => page.startsWith(start));
  if (place === undefined || !/\.(?:aspx|ashx|asmx|svc|soap|cshtml)$/u.test(page)) return NO_SIGNS;
  const [start, folder] = place;
  if (genuine.ships(folder, page.slice(start.length))) return NO_SIGNS;
  const excerpt = excerptOf(facts.compiled.virtualPath, 0, facts.compiled.virtualPath.length);
  const text =
    "The web server compiled this page, which Exchange does not ship: it was there, and somebody requested it.";
  const title = "A page that Exchange does not ship was requested and compiled";
  return {
    reasons: [{ id: "compiled/page", text, excerpt, offsetBytes: 0, weight: 0.9 }],
    claims: [{ kind: "page-compiled", title, rung: "L3", confidence: "high", cves: [] }],
  };
}
