import { formatUtc, longDay } from "../../core/index.ts";
import { folderTitle } from "../coverage/source-facts.ts";
import { missingExports } from "../coverage/state-coverage.ts";
import { missingFolders, type ServerCoverage } from "../coverage/assess-coverage.ts";
import type { CveAssessment, EvidenceEntry } from "../../model/index.ts";

function hasOpenDays(cves: Readonly<Record<string, CveAssessment>>): boolean {
  return Object.values(cves).some((cve) => cve.verdict === "cannot-tell" || cve.verdict === "compromised");
}

/** aspnet_client holds no file on most servers, so that its absence says less than that of the others. */
function folderLines(folders: readonly string[]): readonly string[] {
  const others = folders.filter((folder) => folder !== "aspnet-client").map(folderTitle);
  return [
    ...(others.length === 0
      ? []
      : [
          `No file of these web folders is in this evidence: ${others.join(", ")}. A back door there would not have been seen.`,
        ]),
    ...(folders.includes("aspnet-client")
      ? [
          `No file of the web folder ${folderTitle("aspnet-client")} is in this evidence. On most servers it is empty; if it was not copied, a back door there would not have been seen.`,
        ]
      : []),
  ];
}

/** Places in which a back door needs no file in a web folder. */
function stateLines(sources: readonly string[]): readonly string[] {
  const missing = [
    ["iis-configuration", "the IIS configuration (applicationHost.config and the web.config files)"],
    ["scheduled-tasks", "the scheduled tasks (C:\\Windows\\System32\\Tasks)"],
    ["transport-agents", "the transport agents (TransportRoles\\Shared\\agents.config)"],
  ].flatMap(([source = "", title = ""]) => (sources.includes(source) ? [] : [title]));
  if (missing.length === 0) return [];
  return [
    `Not in this evidence: ${missing.join("; ")}. A back door can hide in each of them without a page.`,
  ];
}

/** What could not be seen of one server, most important first. */
export function notSeenOf(input: {
  readonly coverage: ServerCoverage;
  readonly cves: Readonly<Record<string, CveAssessment>>;
  readonly evidence: readonly EvidenceEntry[];
  /** First known use of the earliest flaw in scope, `YYYY-MM-DD`; null when no pack says. */
  readonly firstUsed: string | null;
  readonly clocks: readonly string[];
  /** Why files of Exchange were not compared with a list; null when they were. */
  readonly files: string | null;
  /** What the collectors could not take. */
  readonly collected: readonly string[];
}): readonly string[] {
  const { coverage } = input;
  const sources = coverage.sources.map((source) => source.source);
  const lines: string[] = [];
  const first = coverage.firstMs === null ? null : formatUtc(coverage.firstMs);
  if (
    first !== null &&
    input.firstUsed !== null &&
    first.slice(0, 10) > input.firstUsed &&
    hasOpenDays(input.cves)
  ) {
    lines.push(
      `Nothing here shows what happened before ${longDay(first)}; this kind of break-in began on ${longDay(input.firstUsed)}.`,
    );
  }
  if (!sources.some((source) => source.startsWith("httpproxy/")))
    lines.push(
      "The front-end proxy logs (Logging\\HttpProxy) are not in this evidence: they show the first step of a break-in.",
    );
  if (!sources.includes("ecp-server"))
    lines.push("The control panel logs (Logging\\ECP\\Server) are not in this evidence.");
  if (!sources.includes("iis-front-end"))
    lines.push(
      "The web server logs of the front end (W3SVC1) are not in this evidence: they show whether a back door was used.",
    );
  if (!sources.includes("windows-events/MSExchange Management"))
    lines.push(
      "The event log MSExchange Management is not in this evidence: it often reaches further back than the text logs.",
    );
  const folders = missingFolders(coverage);
  lines.push(...folderLines(folders));
  lines.push(...stateLines(sources));
  const exports = missingExports(sources);
  if (exports !== null) lines.push(exports);
  if (input.files !== null) lines.push(input.files);
  lines.push(...input.collected);
  lines.push(...coverage.lost);
  for (const gap of coverage.gaps.slice(0, 8))
    lines.push(
      `${gap.note} (${gap.from.slice(0, 16).replace("T", " ")} to ${gap.to.slice(0, 16).replace("T", " ")} UTC).`,
    );
  if (coverage.gaps.length > 8)
    lines.push(`${String(coverage.gaps.length - 8)} more gaps: see the coverage table.`);
  const unread = input.evidence.filter((entry) => entry.state === "unreadable").length;
  if (unread > 0) lines.push(`${String(unread)} files could not be read.`);
  return [...lines, ...input.clocks];
}
