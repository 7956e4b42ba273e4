import { MINUTE } from "./clock.ts";
import { AD_DOMAIN, DOMAIN_CONTROLLER } from "./district.ts";
import { setupStamp } from "./daily-events.ts";
import { productYear, shortBuild } from "./stage.ts";
import type { InstalledBuild, Stage } from "./stage.ts";

/** One run of Exchange's setup. */
export interface SetupRun {
  readonly startMs: number;
  readonly build: InstalledBuild;
  readonly mode: "Install" | "BuildToBuildUpgrade";
  /** Version found before an upgrade. */
  readonly previous?: string;
}

/** Exchange 2019 has no Unified Messaging. */
function rolesOf(build: InstalledBuild): string {
  const messaging = build.minor === 2 ? "" : "UnifiedMessagingRole ";
  return `BridgeheadRole ClientAccessRole MailboxRole ${messaging}FrontendTransportRole AdminToolsRole CafeRole`;
}

/** Writes `ExchangeSetup.log` with these runs, and the service log of the security updates in the stage's builds. */
export function writeSetupLogs(stage: Stage, runs: readonly SetupRun[]): void {
  const lines = runs.flatMap((run) => setupLines(stage, run));
  const lastMs = Math.max(...runs.map((run) => run.startMs + 70 * MINUTE));
  const folder = `${stage.drive}/ExchangeSetupLogs`;
  stage.tree.file(`${folder}/ExchangeSetup.log`, `${lines.join("\r\n")}\r\n`, lastMs);
  const updates = stage.builds.slice(1).flatMap((build) => serviceLines(build));
  if (updates.length === 0) return;
  stage.tree.file(`${folder}/ServiceControl.log`, `${updates.join("\r\n")}\r\n`, lastMs);
}

function setupLines(stage: Stage, run: SetupRun): readonly string[] {
  const version = shortBuild(run.build);
  const organisation = `CN=Larchmere Unified,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=larchmere,DC=example`;
  const found =
    run.mode === "Install" ? "No Exchange Server with identity" : "Exchange Server object found :";
  const texts = [
    "**********************************************",
    `Starting Microsoft Exchange Server ${productYear(run.build)} Setup`,
    "**********************************************",
    "Local time zone: (UTC-05:00) Eastern Time (US & Canada).",
    "Operating system version: Microsoft Windows NT 6.2.9200.0.",
    `Setup version: ${version}.`,
    `Logged on user: ${AD_DOMAIN}\\Administrator.`,
    `Command Line Parameter Name='mode', Value='${run.mode === "Install" ? "Install" : "Upgrade"}'.`,
    "Command Line Parameter Name='iacceptexchangeserverlicenseterms', Value=''.",
    "Setup is choosing the domain controller to use",
    `Setup will use the domain controller '${DOMAIN_CONTROLLER}'.`,
    `Exchange organization container for the organization is '${organisation}'.`,
    `Setup will search for an Exchange Server object for the local machine with name '${stage.server.name}'.`,
    `${found} '${stage.server.name}'${run.mode === "Install" ? " was found" : ""}.`,
    ...(run.previous === undefined
      ? ["The local server does not have any Exchange files installed."]
      : [`The backup copy of the previously installed version is '${run.previous}'.`]),
    `Server Name=${stage.server.name}`,
    `The installation mode is set to: '${run.mode}'.`,
    `Setup will run the task 'test-SetupPrerequisites'`,
    `The following roles are installed: ${rolesOf(run.build)}`,
    `The locally installed version is ${version}.`,
    "Exchange Installation Directory : 'C:\\Program Files\\Microsoft\\Exchange Server\\V15'.",
    "The Exchange Server setup operation completed successfully.",
    "CurrentResult main.run:235: 0",
    "End of Setup",
    "**********************************************",
  ];
  const step = (70 * MINUTE) / texts.length;
  return texts.map((text, index) => `[${setupStamp(Math.round(run.startMs + index * step))}] [0] ${text}`);
}

/** A security update is an MSI patch: it leaves no run in ExchangeSetup.log but stops and starts the services. */
function serviceLines(build: InstalledBuild): readonly string[] {
  const stamp = (minutes: number): string => `[${setupStamp(build.sinceMs - minutes * MINUTE).slice(0, 19)}]`;
  return [
    `${stamp(24)} ServiceControl: Operation: BeforePatch`,
    `${stamp(23)} Stopping services: W3SVC, MSExchangeADTopology, MSExchangeTransport, MSExchangeIS`,
    `${stamp(7)} ServiceControl: Operation: AfterPatch`,
    `${stamp(6)} Patched to version ${shortBuild(build)}`,
    `${stamp(5)} Starting services: MSExchangeADTopology, MSExchangeIS, MSExchangeTransport, W3SVC`,
  ];
}
