import { findCustomised, findFileOrigin, type FileOrigin, nameBuilds } from "../../knowledge/index.ts";
import { type Change, explainChange } from "./explain-change.ts";
import { isListed, isWithin } from "./genuine.ts";
import type { FileContext, FileInput, FileJudgement, FileReason } from "./judgement.ts";
import { decodeText } from "./text.ts";

/** Where a file comes from, and the reasons that say so. */
export interface JudgedOrigin {
  readonly origin: FileJudgement["origin"];
  /** What the lists say; null without lists. */
  readonly found: FileOrigin | null;
  /** Weight 0 each: what a change is worth depends on what the file does. */
  readonly reasons: readonly FileReason[];
}

/** What the lists of genuine files say of a file. */
export function judgeOrigin(input: FileInput, context: FileContext): JudgedOrigin {
  const { lists = null, build } = context;
  const page = pageOrigin(input, context);
  if (lists === null) return { origin: page, found: null, reasons: [] };
  const { sha256, facts } = input;
  const found = findFileOrigin(lists, { path: facts.path, sha256, build: build?.text ?? null });
  if (found.builds.length === 0)
    return { origin: found.origin === "unknown" ? page : found.origin, found, reasons: [] };
  // Empty files ship, too; an emptied page is not one of them.
  if (input.window.bytes.length === 0 && !shipsThere(found, input, context))
    return { origin: "unknown", found, reasons: [] };
  return { origin: found.origin, found, reasons: [reason("hash/genuine", genuineText(found))] };
}

/** Folders of few pages, where everybody signs in: each is worth the time that showing a change takes. */
const SIGN_IN: ReadonlySet<string> = new Set(["owa-auth", "ecp-auth"]);

/**
 * Says how a file differs from the shipped one. It takes time, so it is tried for changed files, for sign-in pages and where `signs`
 * says that there is something in the file.
 */
export function explainOrigin(
  judged: JudgedOrigin,
  input: FileInput,
  context: FileContext,
  signs: boolean,
): JudgedOrigin {
  const { found, origin } = judged;
  if (found === null || (origin !== "changed" && !signs && !SIGN_IN.has(input.facts.folder ?? "")))
    return judged;
  const change = findChange(found, input, context);
  if (change === null && origin !== "changed") return judged;
  const usual = found.place === null ? null : findCustomised(context.customised ?? [], found.place);
  const texts = [
    found.build === null
      ? "Microsoft's lists know this file with another hash."
      : `Microsoft's list of ${found.build} knows this file with another hash.`,
    ...(change === null ? [] : [changeText(change)]),
    ...(usual === null ? [] : [`It is one that is changed on sound servers, too (${usual.what}).`]),
  ];
  const where = change === null ? {} : { excerpt: excerptOf(input, change), offsetBytes: change.offsetBytes };
  // Without a list of the build, a change is only known where it can be shown.
  const known = origin === "changed" || context.build === null;
  const reasons = [{ ...reason("hash/changed", texts.join(" ")), ...where }];
  return { origin: known ? "changed" : origin, found, reasons };
}

function findChange(found: FileOrigin, { window, facts }: FileInput, { lists }: FileContext): Change | null {
  if (found.place === null || window.gap !== null || lists === undefined || facts.kind === null) return null;
  const shipped = new Set(lists.findPath(found.place.key).map((there) => there.hash));
  if (shipped.size === 0) return null;
  return explainChange(window.bytes, (sha256) => shipped.has(sha256.slice(0, 32)));
}

function shipsThere({ place }: FileOrigin, { sha256 }: FileInput, { lists }: FileContext): boolean {
  const hash = sha256.slice(0, 32);
  return place !== null && (lists?.findPath(place.key) ?? []).some((there) => there.hash === hash);
}

function genuineText({ origin, build, builds }: FileOrigin): string {
  const shipped = `Its SHA-256 is in Microsoft's list of shipped files: ${nameBuilds(builds)}`;
  return origin === "other-build" ? `${shipped}, not ${build ?? "this build"}.` : `${shipped}.`;
}

function changeText(change: Change): string {
  if (change.how === "line-ends") return "Only its line ends are other ones.";
  if (change.how === "byte-order-mark") return "Only the mark of its encoding at the start is another one.";
  return `It is the shipped file, with ${String(change.lengthBytes)} bytes put in at byte ${String(change.offsetBytes)}.`;
}

function excerptOf({ window }: FileInput, { offsetBytes, lengthBytes }: Change): string {
  return decodeText(window.bytes.subarray(offsetBytes, offsetBytes + lengthBytes))
    .text.trim()
    .slice(0, 300);
}

function reason(id: string, text: string): FileReason {
  return { id, text, excerpt: "", offsetBytes: 0, weight: 0 };
}

/** What the hashes of the sign-in pages say, which come with the knowledge of the web folders. */
function pageOrigin(input: FileInput, { build, genuine }: FileContext): FileJudgement["origin"] {
  const known = genuine.findHash(input.sha256);
  if (known.length > 0) {
    // Beyond the lists nobody knows which builds ship a file.
    const other = build !== null && isListed(build) && !known.some((row) => isWithin(row, build));
    return other ? "other-build" : "genuine";
  }
  const { folder, inFolder } = input.facts;
  if (build === null || folder === null || inFolder === null) return "unknown";
  return genuine.covers(folder, inFolder, build) ? "changed" : "unknown";
}
