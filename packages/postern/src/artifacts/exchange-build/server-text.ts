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
const NAME_MEMBERS = ["name", "identity", "server", "computername", "pscomputername"];

/** Reads the text that PowerShell prints about a server's version. */
export const serverTextReader: BuildReader = {
  id: "exchange-server-text",
  title: "Printed server version",
  identify: (head) => {
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

/** What the lines before say about the line at hand. */
interface Context {
  server: string | null;
  columns: readonly string[] | null;
  /** A list entry about ExSetup.exe; its versions may stand before or after its name. */
  exSetup: boolean;
  versions: { readonly build: string; readonly at: Place }[];
}

function readText(bytes: Uint8Array, item: number): readonly BuildObservation[] {
  const observations: BuildObservation[] = [];
  let context: Context = { server: null, columns: null, exSetup: false, versions: [] };
  for (const line of linesOf(bytes, item)) {
    if (observations.length >= MAX_OBSERVATIONS) break;
    if (line.text.trim() === "") {
      observations.push(...listed(context));
      context = { server: null, columns: null, exSetup: false, versions: [] };
    } else observations.push(...readLine(context, line));
  }
  observations.push(...listed(context));
  return observations.slice(0, MAX_OBSERVATIONS);
}

function readLine(context: Context, line: Line): readonly BuildObservation[] {
  const member = MEMBER.exec(line.text);
  if (member !== null) return readMember(context, member[1] ?? "", (member[2] ?? "").trim(), line.at);
  if (/\bAdminDisplayVersion\b/i.test(line.text) && line.text.includes(",")) {
    context.columns = splitCsv(line.text).map((name) => name.toLowerCase());
    return [];
  }
  const displayed = parseBuild(DISPLAYED.exec(line.text)?.[0] ?? "");
  if (displayed !== null) return [display(rowServer(context, line.text), displayed.text, line.at)];
  const file = EX_SETUP.test(line.text) ? parseBuild(FILE_VERSION.exec(line.text)?.[0] ?? "") : null;
  return file === null ? [] : [fileVersion(context.server, file.text, line.at)];
}

function readMember(context: Context, name: string, value: string, at: Place): readonly BuildObservation[] {
  const key = name.toLowerCase();
  if (NAME_MEMBERS.includes(key)) context.server ??= value.slice(0, 256);
  if (key === "filename" || key === "originalfilename" || key === "internalname")
    context.exSetup ||= EX_SETUP.test(value);
  const build = parseBuild(value);
  if (build === null) return [];
  if (key === "admindisplayversion") return [display(context.server, build.text, at)];
  if (key === "fileversion" || key === "productversion") context.versions.push({ build: build.text, at });
  return [];
}

function listed(context: Context): readonly BuildObservation[] {
  const [first] = context.versions;
  return context.exSetup && first !== undefined ? [fileVersion(context.server, first.build, first.at)] : [];
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
