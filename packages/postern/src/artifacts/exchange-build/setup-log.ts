import { formatUtc, utcFromParts } from "../../core/index.ts";
import { parseBuild, SOURCE_MARKS } from "../../knowledge/index.ts";
import type { Damage, Place } from "../../model/index.ts";
import { decodeHead, linesOf } from "./decoded-text.ts";
import type { BuildObservation, BuildReader, BuildReading } from "./observation.ts";
import { damageAt, MAX_OBSERVATIONS, withinLimit } from "./observation.ts";

// C:\ExchangeSetupLogs\ExchangeSetup.log, one file over all runs of setup:
//   [03/09/2021 16:02:08.0099] [0] Starting Microsoft Exchange Server 2016 Setup
// The stamp is UTC although the log also states the local time zone (checked: a service status line of a public sample
// gives the local time beside it). The last group is milliseconds, padded to four digits.
// Lines and their meaning: real logs in github.com/microsoft/CSS-Exchange, Setup/Tests, and its SetupLogReviewer.
const STAMPED = /^\[(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d):(\d\d)\.(\d{4})\] \[\d+\] (.*)$/;
const START = /^Starting Microsoft Exchange Server .{1,40} Setup$/;
const PARAMETER = /^Command Line Parameter Name='([^']{1,60})', Value='([^']*)'\.$/;
const DONE = "The Exchange Server setup operation completed successfully.";

/** Reads ExchangeSetup.log: when Exchange was installed and moved to another CU. Security updates do not write it. */
export const setupLogReader: BuildReader = {
  id: "exchange-setup-log",
  title: "Exchange setup log",
  identify: (head) => {
    const text = decodeHead(head).slice(0, 8192);
    return /^\[\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d\.\d{4}\] \[\d+\] /m.test(text) && /Exchange/.test(text);
  },
  parse: (bytes, { item }) => {
    const limited = withinLimit(bytes, item);
    const log = readLog(limited.bytes, item);
    return { ...log, damage: [...limited.damage, ...log.damage] };
  },
};

/** One run of setup, as far as it was read. */
interface Run {
  server: string | null;
  version: Statement | null;
  installed: Statement | null;
  previous: Statement | null;
  mode: string;
  parameters: Set<string>;
  sourceIsInstallFolder: boolean;
  done: { readonly timeUtc: string; readonly at: Place } | null;
}

interface Statement {
  readonly build: string;
  readonly timeUtc: string;
  readonly at: Place;
}

function newRun(): Run {
  return {
    server: null,
    version: null,
    installed: null,
    previous: null,
    mode: "",
    parameters: new Set(),
    sourceIsInstallFolder: false,
    done: null,
  };
}

function readLog(bytes: Uint8Array, item: number): BuildReading {
  const observations: BuildObservation[] = [];
  const damage: Damage[] = [];
  let run = newRun();
  for (const { text, at } of linesOf(bytes, item)) {
    if (observations.length + damage.length >= MAX_OBSERVATIONS) break;
    const found = STAMPED.exec(text);
    if (found === null) continue; // continuation of a stack trace
    const timeUtc = timeOf(found);
    if (timeUtc === null) {
      damage.push(
        damageAt("TEXT_LINE_MALFORMED", at, "record", "A line of the setup log has an impossible time."),
      );
      continue;
    }
    const message = found[8] ?? "";
    if (START.test(message)) {
      observations.push(...statementsOf(run));
      run = newRun();
    } else note(run, message, timeUtc, at);
  }
  observations.push(...statementsOf(run));
  return { observations: observations.slice(0, MAX_OBSERVATIONS), mitigations: [], damage };
}

function timeOf(found: RegExpExecArray): string | null {
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0, ms = 0] = found
    .slice(1, 8)
    .map(Number);
  const timeMs = utcFromParts([year, month, day, hour, minute, second]);
  return timeMs === null || ms > 999 ? null : formatUtc(timeMs + ms);
}

function note(run: Run, message: string, timeUtc: string, at: Place): void {
  const statement = (pattern: RegExp): Statement | null => {
    const build = parseBuild(pattern.exec(message)?.[1] ?? "");
    return build === null ? null : { build: build.text, timeUtc, at };
  };
  run.version ??= statement(/^Setup version: ([\d.]+\d)\.?$/);
  run.installed ??= statement(/^The locally installed version is ([\d.]+\d)\.?$/);
  run.previous ??= statement(/^The backup copy of the previously installed version is '([\d.]+)'\.?$/);
  run.server ??= /local machine with name '([^']{1,64})'/.exec(message)?.[1] ?? null;
  run.mode = /^The installation mode is set to: '([A-Za-z]{1,30})'\.?$/.exec(message)?.[1] ?? run.mode;
  if (message.startsWith(DONE)) run.done ??= { timeUtc, at };
  const parameter = PARAMETER.exec(message);
  if (parameter === null) return;
  const [, name = "", value = ""] = parameter;
  run.parameters.add(name.toLowerCase());
  if (name.toLowerCase() === "sourcedir" && /\\bin\\?$/i.test(value)) run.sourceIsInstallFolder = true;
}

/** Preparing Active Directory runs the setup of the new CU, in mode `Install`, and installs nothing. */
function installs(run: Run): boolean {
  const prepares = [...run.parameters].some((name) => name.startsWith("prepare"));
  return !prepares || run.parameters.has("mode");
}

function statementsOf(run: Run): readonly BuildObservation[] {
  const { server } = run;
  const statements: BuildObservation[] = [];
  const add = (statement: Statement | null, event: BuildObservation["event"], source: string): void => {
    if (statement !== null) statements.push({ server, event, source, ...statement });
  };
  add(run.installed, "seen", `ExchangeSetup.log, version on disk (${SOURCE_MARKS.cuOnly})`);
  // It was replaced before this run at an unknown time: a run that failed may have done it.
  if (run.previous !== null && run.previous.build !== run.installed?.build)
    add(
      { ...run.previous, timeUtc: "" },
      "seen",
      `ExchangeSetup.log, version before this one (${SOURCE_MARKS.cuOnly})`,
    );
  // Setup that was started out of the install folder is the installed version itself, security update included.
  if (run.sourceIsInstallFolder) add(run.version, "seen", "ExchangeSetup.log, setup in the install folder");
  else if (run.done !== null && run.version !== null && installs(run)) {
    const end = { ...run.version, ...run.done };
    if (run.mode === "BuildToBuildUpgrade") add(end, "updated", "ExchangeSetup.log, update by setup");
    if (run.mode === "Install") add(end, "installed", `ExchangeSetup.log, ${SOURCE_MARKS.firstInstall}`);
    if (run.mode === "DisasterRecovery")
      add(end, "installed", "ExchangeSetup.log, recovery of a lost server");
  }
  return statements.map((one) => (one.timeUtc === "" ? { ...one, timeUtc: null } : one));
}
