import type { Finding, ServerAssessment, Step, Verdict } from "../../model/index.ts";
import { atLeast } from "../../model/index.ts";

/** What the first steps depend on. */
export interface StepsInput {
  readonly verdict: Verdict;
  readonly servers: readonly ServerAssessment[];
  readonly findings: readonly Finding[];
}

const KEEP: Step = {
  title: "Copy the logs and the web folders to another disk, now",
  detail:
    'On the server, copy C:\\inetpub\\logs, the Logging and TransportRoles\\Logs folders below the Exchange folder, C:\\Windows\\System32\\winevt\\Logs, C:\\inetpub\\wwwroot and the FrontEnd\\HttpProxy folder, for example: robocopy "C:\\inetpub\\logs" "E:\\evidence\\inetpub-logs" /E /COPY:DAT /R:1 /W:1. Exchange deletes its oldest logs every day.',
  cost: "About an hour. Mail goes on. It changes nothing on the server.",
  findings: [],
};

/** The three things to do first, in order (clean-up reference: preserve, contain, close, then everything else). */
export function firstSteps(input: StepsInput): readonly Step[] {
  switch (input.verdict) {
    case "compromised":
      return compromisedSteps(input);
    case "attempted":
      return [updateStep(input), KEEP, foldersStep(input)];
    case "cannot-tell":
      return [KEEP, missingStep(input), updateStep(input)];
    case "no-trace":
      return [updateStep(input), KEEP, foldersStep(input)];
  }
}

function compromisedSteps(input: StepsInput): readonly Step[] {
  const worst = input.findings.filter((finding) => atLeast(finding.rung, "L1")).map((finding) => finding.id);
  const names = [
    ...new Set(
      input.servers.filter((server) => server.verdict === "compromised").map((server) => server.name),
    ),
  ].join(", ");
  return [
    { ...KEEP, findings: worst.slice(0, 5) },
    {
      title: `Take ${names} off the internet`,
      detail:
        "Block ports 443 and 80 to the server on the firewall, and block what the server itself opens to the internet, except mail (port 25) to your mail filter. Do not switch the server off: what runs in memory is evidence.",
      cost: "Ten minutes. Mail on phones and from outside stops; mail between offices and inbound mail can go on. Undo: remove the two firewall rules.",
      findings: worst.slice(0, 5),
    },
    {
      title: "Call somebody who handles break-ins, and show them this report",
      detail:
        "Your national or state cyber security centre, your insurer or an incident response company. Do not delete a back door yet: it shows how they came in. Patching closes the hole and removes no back door. Treat passwords used on this server as known to others.",
      cost: "A phone call. Nothing changes on the server.",
      findings: backDoors(input.findings),
    },
  ];
}

function backDoors(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(
      (finding) =>
        /^(web-shell|page-)|-backdoor$|^antivirus-(removed|ran)$/u.test(finding.kind) &&
        finding.rung !== null,
    )
    .map((finding) => finding.id)
    .slice(0, 10);
}

function updateStep(input: StepsInput): Step {
  const server = input.servers.find((one) => one.patch.level !== "fixed") ?? input.servers[0];
  return {
    title:
      server === undefined
        ? "Find out which build of Exchange the server runs"
        : `Bring ${server.name} up to date`,
    detail:
      server === undefined
        ? "Read the file version of bin\\ExSetup.exe in the Exchange folder and look it up with: postern patch <build>."
        : server.patch.next,
    cost:
      server === undefined
        ? "Five minutes. Nothing changes."
        : "One to three hours; mail stops while it installs. An update cannot be undone: take a backup first.",
    findings: [],
  };
}

function missingStep(input: StepsInput): Step {
  const cves = input.servers.flatMap((server) => Object.values(server.cves));
  const missingOf = (traceless: boolean): readonly string[] => [
    ...new Set(
      cves.filter((cve) => (cve.traceless ?? false) === traceless).flatMap((cve) => cve.missing.slice(0, 2)),
    ),
  ];
  const missing = missingOf(false);
  const examine = missingOf(true);
  if (missing.length === 0 && examine.length > 0)
    return {
      title: "Examine what no log can show",
      detail: examine.slice(0, 6).join(" "),
      cost: "An hour or two. Nothing changes on the server.",
      findings: [],
    };
  return {
    title: "Get the evidence that is missing, also from backups and shadow copies",
    detail:
      missing.length === 0
        ? "This needs the web server logs (C:\\inetpub\\logs\\LogFiles), the Logging folder of Exchange, the exported event logs, and the web folders."
        : missing.slice(0, 6).join(" "),
    cost: "Depends on the backup. Restore copies to another disk, never over the server. Mail goes on.",
    findings: [],
  };
}

function foldersStep(input: StepsInput): Step {
  const without = input.servers.filter(
    (server) => !server.coverage.sources.some((source) => source.source.startsWith("web-folders/")),
  );
  return {
    title:
      without.length === 0
        ? "Run this again after the update, with fresh logs"
        : "Add the web folders to the evidence and run this again",
    detail:
      without.length === 0
        ? "New evidence into a new case: postern assess <evidence> -o <new case>."
        : "Back doors lie in C:\\inetpub\\wwwroot\\aspnet_client and, below the Exchange folder, in FrontEnd\\HttpProxy\\owa\\auth and FrontEnd\\HttpProxy\\ecp\\auth.",
    cost: "Half an hour. Nothing changes on the server.",
    findings: [],
  };
}
