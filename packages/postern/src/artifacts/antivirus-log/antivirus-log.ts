import { decodeHead, linesOf, type Line } from "../exchange-build/decoded-text.ts";
import {
  excerptOf,
  MAX_SETTINGS,
  settingValues,
  type Setting,
  type SettingReader,
} from "../configuration/setting.ts";
import { webFolderOf } from "../web-file/index.ts";

/** What an antivirus program says that it did to one thing. */
interface Action {
  readonly product: string;
  readonly threat: string;
  /** As the program says it: `MP_THREAT_ACTION_QUARANTINE`, `Removed` ...; empty when it only found something. */
  readonly action: string;
  /** Path without its scheme; empty when the log does not say. */
  readonly path: string;
  /** ISO 8601 UTC; absent when the log's clock has no zone. */
  readonly timeUtc?: string;
  /** Time as the log gives it, when its zone is not known. */
  readonly localTime?: string;
}

function toSetting(action: Action, line: Line): Setting {
  const { product, threat, path, timeUtc, localTime } = action;
  const folder = path === "" ? "" : (webFolderOf(path) ?? "");
  return {
    kind: "antivirus-action",
    values: settingValues({ product, threat, path, action: action.action, timeUtc, localTime, folder }),
    location: "",
    excerpt: excerptOf(line.text),
    at: line.at,
  };
}

function reading(actions: Iterable<readonly [Action, Line]>): readonly Setting[] {
  const settings: Setting[] = [];
  for (const [action, line] of actions) {
    if (settings.length >= MAX_SETTINGS) break;
    settings.push(toSetting(action, line));
  }
  return settings;
}

// MPLog-*.log and MPDetection-*.log in %ProgramData%\Microsoft\Windows Defender\Support, UTF-16, times in UTC.
// Format: artefacts.help, Windows Defender support logs.
const MPLOG_LINE =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?)Z?\s{1,8}(DETECTION_CLEANEVENT|DETECTIONEVENT|DETECTION_ADD\S{0,8}|DETECTION)\s{1,8}(?:MPSOURCE_\S{1,40}\s{1,8})?(?:(MP_THREAT_ACTION_\S{1,40})\s{1,8}\S{1,20}\s{1,8})?([A-Za-z]{2,30}:\S{1,200})\s{1,8}([a-z]{2,20}:.{1,3000})$/u;

/** Reads detections and removals in Defender's protection log. */
export const protectionLogReader: SettingReader = {
  id: "defender-protection-log",
  title: "Defender protection log (MPLog)",
  source: "antivirus-logs",
  identify: (_head, name) => /^mp(?:log|detection)-[\w-]{1,40}\.log$/iu.test(name),
  parse: (bytes, { item }) => ({ settings: reading(protectionActions(bytes, item)), damage: [] }),
};

function* protectionActions(bytes: Uint8Array, item: number): Generator<readonly [Action, Line]> {
  for (const line of linesOf(bytes, item)) {
    if (!line.text.includes(" DETECTION")) continue;
    const [, time = "", , action = "", threat = "", resources = ""] = MPLOG_LINE.exec(line.text) ?? [];
    for (const path of pathsOf(resources)) {
      yield [{ product: "Microsoft Defender", threat, action, path, timeUtc: `${time}Z` }, line];
    }
  }
}

/** `file:C:\a.aspx;webfile:C:\b|http://...;` and, in events, `file:_C:\a.aspx`. Archives name the entry behind `->`. */
function pathsOf(resources: string): readonly string[] {
  return resources
    .replace(/\s{1,4}PropBag .{0,3000}$/u, "")
    .split(";")
    .flatMap((resource) => {
      const path = /^\s{0,4}(?:container|web)?file:_?(.{1,1000}?)(?:->.{0,1000}|\|.{0,1000})?$/u.exec(
        resource,
      )?.[1];
      return path === undefined ? [] : [path.trim()];
    });
}

// %windir%\debug\msert.log (Microsoft Safety Scanner) and mrt.log: runs one after the other, times in the server's own clock.
const RUN_START = /^\s{0,8}Started On\s{1,8}(.{10,40})$/u;
const RUN_THREAT =
  /^\s{0,8}(?:->\s?)?(?:Threat detected:|Found(?: virus:)?)\s{1,4}([A-Za-z]{2,30}:[^\s,]{1,200})(?:\s{1,4}and\s{1,4}(\w{2,20}))?/iu;
const RUN_ACTION = /^\s{0,12}Action:\s{0,4}(\w{2,30})/u;
const RUN_FILE = /^\s{0,16}(?:container)?file:(?:\/\/)?_?(.{1,1000})$/u;

/** The banner stands at the top of the log. */
const BANNER_BYTES = 4_096;

/** Reads the log of Microsoft's Safety Scanner and of its removal tool. */
export const safetyScannerReader: SettingReader = {
  id: "safety-scanner-log",
  title: "Microsoft Safety Scanner log (msert.log)",
  source: "antivirus-logs",
  identify: (head, name) =>
    /\.(?:log|txt)$/iu.test(name) &&
    /Microsoft (?:Windows )?(?:Safety Scanner|Malicious Software Removal Tool)\s{1,4}v\d/u.test(
      decodeHead(head.subarray(0, BANNER_BYTES)),
    ),
  parse: (bytes, { item }) => ({ settings: reading(scannerActions(bytes, item)), damage: [] }),
};

function* scannerActions(bytes: Uint8Array, item: number): Generator<readonly [Action, Line]> {
  const product = "Microsoft Safety Scanner";
  let localTime = "";
  let threat = "";
  let action = "";
  let open: readonly [Action, Line] | null = null;
  const told = new Set<string>();
  for (const line of linesOf(bytes, item)) {
    const started = RUN_START.exec(line.text)?.[1];
    const found = RUN_THREAT.exec(line.text);
    const path = RUN_FILE.exec(line.text)?.[1]?.trim();
    if ((started !== undefined || found !== null) && open !== null) {
      yield open;
      open = null;
    }
    if (started !== undefined) {
      localTime = started.trim();
      told.clear();
    }
    if (found !== null) {
      [, threat = "", action = ""] = found;
      // The summary at the end names each threat again, without its files.
      if (!told.has(threat)) open = [{ product, threat, action, path: "", localTime }, line];
      told.add(threat);
    }
    if (threat !== "") action = RUN_ACTION.exec(line.text)?.[1] ?? action;
    if (path !== undefined && threat !== "") {
      open = null;
      yield [{ product, threat, action, path, localTime }, line];
    }
  }
  if (open !== null) yield open;
}

/** Reads what Microsoft's one-click tool (EOMT.ps1: EOMT.log, EOMTSummary.txt) says about its scan. */
export const mitigationToolReader: SettingReader = {
  id: "mitigation-tool-log",
  title: "One-click mitigation tool log (EOMT)",
  source: "antivirus-logs",
  identify: (_head, name) => /^eomt(?:summary|v2)?[\w-]{0,30}\.(?:log|txt)$/iu.test(name),
  parse: (bytes, { item }) => ({ settings: reading(toolActions(bytes, item)), damage: [] }),
};

function* toolActions(bytes: Uint8Array, item: number): Generator<readonly [Action, Line]> {
  for (const line of linesOf(bytes, item)) {
    if (!/threats detected/iu.test(line.text) || /no (?:known )?threats detected/iu.test(line.text)) continue;
    const localTime =
      /\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[T ,]{1,3}\d{1,2}:\d\d(?::\d\d)?/u.exec(line.text)?.[0] ?? "";
    yield [{ product: "EOMT", threat: "threats detected", action: "", path: "", localTime }, line];
  }
}

const PRODUCT_LOG =
  /(?:^|[^a-z])(?:sav|sophos|eset|mcafee|onaccessscan|ondemandscan|trendmicro|kaspersky|kes|symantec|sep|clam(?:av|scan|d)?|bitdefender|avast|avg|fsecure|panda|virus|antivirus|antimalware|quarantine|threats?)(?:[^a-z]|$)/iu;
const PAGE_PATH =
  /([A-Za-z]:\\[^"'<>|*?\t;,]{3,260}\.(?:aspx|ashx|asmx|asax|asp|ascx|svc|cshtml|soap|dll|config))/iu;
const REMOVED = /\b(?:removed|deleted|quarantined|cleaned|moved to quarantine|disinfected)\b/iu;
const DETECTED = /\b(?:detected|infected|found|virus|trojan|backdoor|malware|threat)\b/iu;
const THREAT_NAME =
  /\b((?:Backdoor|Trojan|Troj|Exploit|Mal|Webshell|HackTool|ASP|JS|HTML|Script)[.:/_-][\w./:!#-]{2,80})/iu;

const UNNAMED = "a threat without a name";

/** Reads lines of other antivirus programs' text logs that name a page or library and say that it was found or removed. */
export const otherAntivirusReader: SettingReader = {
  id: "antivirus-log",
  title: "Antivirus log",
  source: "antivirus-logs",
  identify: (head, name) =>
    /\.(?:log|txt|csv)$/iu.test(name) &&
    PRODUCT_LOG.test(name) &&
    !/^#(?:Fields|Software):/mu.test(decodeHead(head)),
  parse: (bytes, { item }) => ({ settings: reading(otherActions(bytes, item)), damage: [] }),
};

function* otherActions(bytes: Uint8Array, item: number): Generator<readonly [Action, Line]> {
  for (const line of linesOf(bytes, item)) {
    const path = PAGE_PATH.exec(line.text)?.[1];
    const action = REMOVED.exec(line.text)?.[0] ?? "";
    if (path === undefined || (action === "" && !DETECTED.test(line.text))) continue;
    if (/\b(?:no|not|clean|skipped|excluded|scanning)\b/iu.test(line.text) && action === "") continue;
    const threat = THREAT_NAME.exec(line.text)?.[1] ?? UNNAMED;
    const localTime = /\d{4}-?\d\d-?\d\d[T ,]{1,3}\d\d:?\d\d(?::?\d\d)?/u.exec(line.text)?.[0] ?? "";
    yield [{ product: "an antivirus program", threat, action, path, localTime }, line];
  }
}
