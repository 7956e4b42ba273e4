import { parseBuild, SOURCE_MARKS } from "../../knowledge/index.ts";
import type { Place } from "../../model/index.ts";
import type { Line } from "./decoded-text.ts";
import { decodeHead, linesOf } from "./decoded-text.ts";
import type { BuildObservation, BuildReader } from "./observation.ts";
import { MAX_OBSERVATIONS, withinLimit } from "./observation.ts";

// What administrators paste or save: Get-ExchangeServer as list, table or CSV, and the FileVersionInfo of ExSetup.exe.
//   Name                : EX01                         Name  AdminDisplayVersion
//   AdminDisplayVersion : Version 15.1 (Build 2507.6)  EX01  Version 15.1 (Build 2507.6)
//   15.01.2507.039  15.01.2507.039  C:\Program Files\Microsoft\Exchange Server\V15\bin\ExSetup.exe
const DISPLAYED = /Version 15\.\d{1,2} \(Build \d{1,5}\.\d{1,5}\)/i;
const FILE_VERSION = /\b15\.\d{1,3}\.\d{1,5}\.\d{1,5}\b/;
const MEMBER = /^\s*([A-Za-z]{2,40})\s*:\s*(\S.{0,250})$/;
const EX_SETUP = /(^|[\\\s"])ExSetup\.exe\b/i;
// Best first: a virtual directory has a name of its own beside its server's.
const NAME_MEMBERS = ["server", "computername", "pscomputername", "name", "identity"];
const OTHER_FILES = /\.(as[apchm]x?|config|html?|js|log|md|ps1|xml)$/i;

/** Reads the text that PowerShell prints about a server's version. */
export const serverTextReader: BuildReader = {
  id: "exchange-server-text",
  title: "Printed server version",
  identify: (head, name) => {
    if (OTHER_FILES.test(name)) return false;
    const text = decodeHead(head);
    if (/^#(Fields|Software|Version)\b/m.test(text) || /^\s*[<{[]/.test(text)) return false;
    if (DISPLAYED.test(text)) return true;
    return EX_SETUP.test(text) && FILE_VERSION.test(text) && /\b(File|Product)Version\b/.test(text);
  },
  parse: (bytes, { item }) => {
    const limited = withinLimit(bytes, item);
    return { observations: readText(limited.bytes, item), mitigations: [], damage: limited.damage };
  },
};

/** What the lines of a paragraph say. */
interface Context {
  readonly members: Map<string, string>;
  columns: readonly string[] | null;
  readonly displayed: Stated[];
  readonly versions: Stated[];
}

interface Stated {
  readonly build: string;
  readonly at: Place;
}

function newContext(): Context {
  return { members: new Map(), columns: null, displayed: [], versions: [] };
}

function readText(bytes: Uint8Array, item: number): readonly BuildObservation[] {
  const observations: BuildObservation[] = [];
  let context = newContext();
  for (const line of linesOf(bytes, item)) {
    if (observations.length >= MAX_OBSERVATIONS) break;
    if (line.text.trim() === "") {
      observations.push(...listed(context));
      context = newContext();
    } else observations.push(...readLine(context, line));
  }
  observations.push(...listed(context));
  return observations.slice(0, MAX_OBSERVATIONS);
}

function readLine(context: Context, line: Line): readonly BuildObservation[] {
  const member = MEMBER.exec(line.text);
  if (member !== null) {
    noteMember(context, (member[1] ?? "").toLowerCase(), (member[2] ?? "").trim(), line.at);
    return [];
  }
  if (/\bAdminDisplayVersion\b/i.test(line.text) && line.text.includes(",")) {
    context.columns = splitCsv(line.text).map((name) => name.toLowerCase());
    return [];
  }
  const displayed = parseBuild(DISPLAYED.exec(line.text)?.[0] ?? "");
  if (displayed !== null) return [display(rowServer(context, line.text), displayed.text, line.at)];
  const file = EX_SETUP.test(line.text) ? parseBuild(FILE_VERSION.exec(line.text)?.[0] ?? "") : null;
  return file === null ? [] : [fileVersion(null, file.text, line.at)];
}

function noteMember(context: Context, key: string, value: string, at: Place): void {
  if (!context.members.has(key) && context.members.size < 500) context.members.set(key, value.slice(0, 256));
  const build = parseBuild(value);
  if (build === null || context.displayed.length + context.versions.length >= MAX_OBSERVATIONS) return;
  if (key === "admindisplayversion") context.displayed.push({ build: build.text, at });
  if (key === "fileversion" || key === "productversion") context.versions.push({ build: build.text, at });
}

/** What a list says is known at its end: the server's name may stand below the version. */
function listed(context: Context): readonly BuildObservation[] {
  const { members } = context;
  const server = NAME_MEMBERS.map((name) => members.get(name)).find((name) => name !== undefined) ?? null;
  const statements = context.displayed.map(({ build, at }) => display(server, build, at));
  const files = ["filename", "originalfilename", "internalname"].map((name) => members.get(name) ?? "");
  const [first] = context.versions;
  if (first !== undefined && files.some((file) => EX_SETUP.test(file)))
    statements.push(fileVersion(server, first.build, first.at));
  return statements;
}

/** A table's first word, or the column of a CSV that names the server. */
function rowServer(context: Context, text: string): string | null {
  if (context.columns === null) {
    const before = text.slice(0, text.search(DISPLAYED)).trim();
    return /^\S{1,64}/.exec(before)?.[0] ?? null;
  }
  const values = splitCsv(text);
  const column = NAME_MEMBERS.map((name) => context.columns?.indexOf(name) ?? -1).find((index) => index >= 0);
  return column === undefined ? null : (values[column]?.slice(0, 256) ?? null);
}

function splitCsv(text: string): readonly string[] {
  const values = text.match(/"(?:[^"]|"")*"|[^,]+|(?<=,)(?=,)/g) ?? [];
  return values.map((value) => value.trim().replace(/^"|"$/g, "").replaceAll('""', '"'));
}

function display(server: string | null, build: string, at: Place): BuildObservation {
  const source = `AdminDisplayVersion (${SOURCE_MARKS.cuOnly})`;
  return { server, build, timeUtc: null, event: "seen", source, at };
}

function fileVersion(server: string | null, build: string, at: Place): BuildObservation {
  return { server, build, timeUtc: null, event: "seen", source: "file version of ExSetup.exe", at };
}
