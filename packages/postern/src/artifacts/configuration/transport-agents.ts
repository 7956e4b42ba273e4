import { decodeHead, linesOf, type Line } from "../exchange-build/decoded-text.ts";
import { hasColumns, readPrintedTable } from "./printed-table.ts";
import { excerptOf, MAX_SETTINGS, settingValues, type Setting, type SettingReader } from "./setting.ts";
import { walkXml } from "./xml-walk.ts";

// <Install>\TransportRoles\Shared\agents.config: <agent name baseType classFactory assemblyPath enabled>.

/** Reads the transport agents of agents.config. */
export const agentsConfigReader: SettingReader = {
  id: "transport-agents",
  title: "Transport agents (agents.config)",
  source: "transport-agents",
  identify: (head, name) =>
    /agents.{0,20}\.config/iu.test(name) && /<agent(?:List)?[\s>]/u.test(decodeHead(head)),
  parse: (bytes, { item }) => {
    const settings: Setting[] = [];
    const damage = walkXml(bytes, item, {
      open: ({ path, attributes, at, excerpt }) => {
        if (path.at(-1) !== "agent" || attributes["assemblyPath"] === undefined) return;
        if (settings.length < MAX_SETTINGS)
          settings.push({
            kind: "transport-agent",
            values: settingValues(attributes),
            location: "",
            excerpt,
            at,
          });
      },
    });
    return { settings, damage };
  },
};

/** Names under which output of PowerShell is kept. */
export const LIST_NAME: RegExp = /\.(?:txt|log|lst|out)$/iu;
/** Bytes of a list in which its first object stands. */
export const LIST_HEAD_BYTES = 4_096;

/** Reads `Get-TransportAgent | Format-List`. */
export const agentListReader: SettingReader = {
  id: "transport-agents-list",
  title: "Transport agents (Get-TransportAgent)",
  source: "transport-agents",
  identify: (head, name) => {
    if (!LIST_NAME.test(name)) return false;
    const text = decodeHead(head.subarray(0, LIST_HEAD_BYTES));
    return /^TransportAgentFactory\s{0,40}:/mu.test(text) && /^AssemblyPath\s{0,40}:/mu.test(text);
  },
  parse: (bytes, { item }) => ({
    settings: readList(bytes, item, (values) =>
      values["AssemblyPath"] === undefined
        ? null
        : {
            name: values["Identity"] ?? values["Name"],
            classFactory: values["TransportAgentFactory"],
            assemblyPath: values["AssemblyPath"],
            enabled: values["Enabled"],
          },
    ).map((entry) => ({ ...entry, kind: "transport-agent" as const })),
    damage: [],
  }),
};

/** Reads `Get-TransportAgent | Format-Table` with the library of each agent; without it a table says nothing that could be judged. */
export const agentTableReader: SettingReader = {
  id: "transport-agents-table",
  title: "Transport agents (Get-TransportAgent, table)",
  source: "transport-agents",
  identify: (head, name) =>
    LIST_NAME.test(name) &&
    hasColumns(head.subarray(0, LIST_HEAD_BYTES), ["assemblypath", "transportagentfactory"]),
  parse: (bytes, { item }) => {
    const { settings, damage } = readPrintedTable(bytes, item, {
      needed: "assemblypath",
      toValues: (row) => ({
        name: row["identity"] ?? row["name"],
        classFactory: row["transportagentfactory"],
        assemblyPath: row["assemblypath"],
        enabled: row["enabled"],
      }),
    });
    return { settings: settings.map((entry) => ({ ...entry, kind: "transport-agent" as const })), damage };
  },
};

type Values = Readonly<Record<string, string | undefined>>;

/**
 * Reads a list as Format-List writes it: `Name : value` lines, a blank line between objects. Longer values go on in lines that begin
 * with blanks.
 */
export function readList(
  bytes: Uint8Array,
  item: number,
  toValues: (values: Values) => Values | null,
): readonly Omit<Setting, "kind">[] {
  const found: Omit<Setting, "kind">[] = [];
  let values: Record<string, string> = {};
  let lines: Line[] = [];
  let last = "";
  const finish = (): void => {
    const [first] = lines;
    const end = lines.at(-1);
    const entry = first === undefined ? null : toValues(values);
    if (first !== undefined && end !== undefined && entry !== null && found.length < MAX_SETTINGS) {
      const lengthBytes = end.at.offsetBytes + end.at.lengthBytes - first.at.offsetBytes;
      const excerpt = excerptOf(lines.map((line) => line.text).join("\n"));
      found.push({ values: settingValues(entry), location: "", excerpt, at: { ...first.at, lengthBytes } });
    }
    values = {};
    lines = [];
  };
  for (const line of linesOf(bytes, item)) {
    const pair = /^([A-Za-z][\w ]{0,60}?)\s{0,60}:\s?(.*)$/u.exec(line.text);
    if (line.text.trim() === "") finish();
    else if (pair !== null) {
      last = pair[1] ?? "";
      values[last] = (pair[2] ?? "").trim();
      if (lines.length < MAX_LIST_LINES) lines.push(line);
    } else if (/^\s/u.test(line.text) && last !== "")
      values[last] = `${values[last] ?? ""}${line.text.trim()}`;
  }
  finish();
  return found;
}

const MAX_LIST_LINES = 60;
