import { longDay } from "../../core/index.ts";
import type { Finding, ServerAssessment, Verdict } from "../../model/index.ts";
import { atLeast, higherRung, type Rung } from "../../model/index.ts";
import { datesTheBreakIn } from "../findings/time-meaning.ts";

/** One plain sentence (or two) for a server. */
export function serverSentence(
  server: Pick<ServerAssessment, "name" | "verdict" | "coverage" | "cves">,
  findings: readonly Finding[],
): string {
  switch (server.verdict) {
    case "compromised":
      return compromisedSentence(server.name, findings);
    case "attempted":
      return `Somebody tried to break into ${server.name}${sinceText(findings)}; nothing shows that it worked.`;
    case "cannot-tell":
      if (isTracelessOnly(server)) return tracelessSentence(server, findings);
      return `It cannot be told whether ${server.name} was broken into: evidence is missing for days that matter${triedText(findings)}.`;
    case "no-trace":
      return `Nothing shows that ${server.name} was broken into, and the evidence that would show it is there${spanText(server)}.`;
  }
}

/** True when all that stays open is what no log shows. */
function isTracelessOnly(server: Pick<ServerAssessment, "cves">): boolean {
  const open = Object.values(server.cves).filter((cve) => cve.verdict === "cannot-tell");
  return open.length > 0 && open.every((cve) => cve.traceless === true);
}

function tracelessSentence(
  server: Pick<ServerAssessment, "name" | "cves">,
  findings: readonly Finding[],
): string {
  const open = Object.entries(server.cves).flatMap(([id, cve]) =>
    cve.verdict === "cannot-tell" ? [id] : [],
  );
  const seen = findings.some((finding) => finding.rung === "L0")
    ? "Attempts were seen and nothing shows that they worked"
    : `Nothing shows that ${server.name} was broken into`;
  return `${seen}, but it cannot be ruled out: no log is known that shows the use of ${open.sort().join(", ")}.`;
}

function compromisedSentence(name: string, findings: readonly Finding[]): string {
  const worked = findings.filter((finding) => atLeast(finding.rung, "L1"));
  const rung = worked.reduce<Rung | null>((found, finding) => higherRung(found, finding.rung), null);
  const when = whenText(worked);
  const doors = worked.filter((finding) => finding.kind === "web-shell-file").length;
  const left =
    doors === 0
      ? ""
      : ` ${doors === 1 ? "One back door is" : `${String(doors)} back doors are`} still in its web folders.`;
  return `${WORKED[rung ?? "L1"].replace("{name}", name).replace("{when}", when)}${left}`;
}

/** When an antivirus program found a back door is no day of a break-in: it came before. */
function whenText(worked: readonly Finding[]): string {
  const firstOf = (findings: readonly Finding[]): string | undefined =>
    findings.flatMap((finding) => finding.firstSeen ?? []).sort()[0];
  const dated = firstOf(worked.filter(datesTheBreakIn));
  const found = firstOf(worked.filter((finding) => !datesTheBreakIn(finding)));
  if (found !== undefined && (dated === undefined || found < dated))
    return ` before ${longDay(found)} or on that day`;
  return dated === undefined ? " at an unknown time" : ` on ${longDay(dated)}`;
}

const WORKED: Readonly<Record<Rung, string>> = {
  L0: "Somebody tried to break into {name}{when}.",
  L1: "Somebody got into {name}{when}: they could act as someone else, and nothing is proven to be left behind.",
  L2: "{name} was broken into{when}: something on the server was changed.",
  L3: "{name} was broken into{when}, and the intruder's code ran on it.",
  L4: "{name} was broken into{when}, and data or passwords were very likely taken.",
};

function sinceText(findings: readonly Finding[]): string {
  const first = findings.flatMap((finding) => finding.firstSeen ?? []).sort()[0];
  return first === undefined ? "" : ` (first on ${longDay(first)})`;
}

function triedText(findings: readonly Finding[]): string {
  return findings.some((finding) => finding.rung === "L0") ? ", and attempts were seen" : "";
}

function spanText(server: Pick<ServerAssessment, "coverage">): string {
  const { first, last } = server.coverage;
  return first === null || last === null ? "" : ` from ${longDay(first)} to ${longDay(last)}`;
}

/** What was asked about, when it was not everything: an answer to one question must not look like one to all. */
export function scopeSentence(titles: readonly string[]): string {
  return titles.length === 0 ? "" : ` Only this was asked about: ${titles.join("; ")}.`;
}

/** One sentence for the whole case. */
export function caseSentence(verdict: Verdict, servers: readonly ServerAssessment[]): string {
  const worst = servers.filter((server) => server.verdict === verdict);
  const [first, ...rest] = worst;
  if (first === undefined)
    return "No evidence of an Exchange server was recognised in what was given, so nothing can be said.";
  const others =
    rest.length === 0 ? "" : ` The same holds for ${rest.map((server) => server.name).join(", ")}.`;
  return `${first.summary}${others}`;
}
