import type { KnownSettings } from "./known-settings.ts";
import { quote, type Opinion, type SettingFacts } from "./lead.ts";
import { isHidingPlace, normalizeWindowsPath, PLACE_NAMES, placeOfPath } from "./windows-place.ts";

/** ATT&CK: scheduled task. */
const TASK = ["T1053.005"];

/** `-e`, `-enc`, `-EncodedCommand` and every other beginning that PowerShell takes, then Base64 of some length. */
const ENCODED = /(?:^|\s)[-/\u2013\u2014]e(?:c|n[a-z]{0,12})?\s{1,4}["']?([A-Za-z0-9+/]{20,20000}={0,2})/iu;
/** Words of commands that fetch and run what they fetched. */
const FETCH =
  /\biex\b|invoke-expression|downloadstring|downloadfile|downloaddata|net\.webclient|invoke-webrequest|\biwr\b|start-bitstransfer|bitsadmin\b.{0,80}\/transfer|certutil\b.{0,80}-urlcache|frombase64string|\bmshta\b.{0,40}(?:https?:|javascript:|vbscript:)|regsvr32\b.{0,60}\/i:\s?https?:|msiexec\b.{0,60}https?:/iu;
/** Programs that run what stands in a file of data. */
const HOSTS =
  /(?:^|\\)(?:powershell|pwsh|cmd|wscript|cscript|mshta|rundll32|regsvr32|installutil|msbuild|regasm|regsvcs|certutil|bitsadmin|python|perl)(?:\.exe)?$/u;
const PATHS = /(?:[a-z]:|%[a-z()]{3,30}%|\\\\[\w.$-]{1,60})\\[^"'<>|;,\t\r\n]{2,260}/giu;

/** Programs that Windows and its products keep in users' folders or ProgramData and start by tasks. */
const OWN_TASKS =
  /^c:\\(?:programdata\\microsoft\\windows defender\\platform\\[\d.-]{1,40}\\mpcmdrun\.exe|users\\[^\\]{1,100}\\appdata\\local\\(?:microsoft\\onedrive\\|google\\update\\|microsoft\\teams\\))/u;

/** Judges one command that a scheduled task starts. */
export function judgeTask({ values }: SettingFacts, known: KnownSettings): Opinion | null {
  const command = values["Command"] ?? "";
  const line = `${command} ${values["Arguments"] ?? ""}`.trim();
  const name = values["name"] ?? "";
  const leaf = name.slice(name.lastIndexOf("\\") + 1).replace(/\.xml$/iu, "");
  const bad = known.findBad("task", leaf);
  const reasons = reasonsOf(command, line);
  if (bad === null && reasons.length === 0) return null;
  const who = isSystem(values) ? " It runs as the system itself." : "";
  const text = `The task ${quote(name)} starts ${quote(line)}: ${reasons.join("; ") || "see its name"}.${who}`;
  return {
    kind: bad === null ? "task-suspicious" : "task-backdoor",
    id: bad === null ? "configuration/task-command" : "configuration/task-name",
    rung: bad === null ? null : "L2",
    confidence: bad === null ? (isSystem(values) || reasons.length > 1 ? "medium" : "low") : "medium",
    text: bad === null ? text : `${text} Its name is that of a published intruder's task (${bad.what}).`,
    entities: { processes: [line], ...(values["Author"] === undefined ? {} : { users: [values["Author"]] }) },
    attack: TASK,
  };
}

function isSystem(values: Readonly<Record<string, string>>): boolean {
  return /^(?:s-1-5-18|(?:nt authority\\)?(?:local ?)?system)$/iu.test(values["UserId"] ?? "");
}

function reasonsOf(command: string, line: string): readonly string[] {
  const reasons: string[] = [];
  const encoded = ENCODED.exec(line)?.[1];
  const decoded = encoded === undefined ? null : decode(encoded);
  if (decoded !== null) reasons.push(`its command is encoded and reads ${quote(decoded)}`);
  if (FETCH.test(line) || (decoded !== null && FETCH.test(decoded)))
    reasons.push("it fetches or unpacks text and runs it");
  const program = normalizeWindowsPath(command);
  if (OWN_TASKS.test(program)) return reasons;
  const place = placeOfPath(program);
  if (isHidingPlace(place) && (place !== "program-data" || /^c:\\programdata\\[^\\]{1,100}$/u.test(program)))
    reasons.push(`its program lies in ${PLACE_NAMES[place]}`);
  const named = [program, ...(line.match(PATHS) ?? []).map(normalizeWindowsPath)];
  if (named.some((path) => placeOfPath(path) === "web")) reasons.push("it uses a web folder");
  const hidden = named.slice(1).find((path) => isHidingPlace(placeOfPath(path)) && path !== program);
  if (HOSTS.test(program) && hidden !== undefined && !OWN_TASKS.test(hidden))
    reasons.push(`it runs what lies in ${PLACE_NAMES[placeOfPath(hidden)]}`);
  return reasons;
}

/** PowerShell's form: Base64 of UTF-16. Null when it is not text. */
function decode(base64: string): string | null {
  const text = Buffer.from(base64, "base64").toString("utf16le").slice(0, 400);
  const odd = text.replace(/[\t\r\n\x20-\x7e]/gu, "").length;
  return text.length >= 4 && odd <= text.length * 0.1 ? text.replace(/\s+/gu, " ") : null;
}
