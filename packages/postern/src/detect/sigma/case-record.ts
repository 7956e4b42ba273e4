import type { ArtifactRecord } from "../../model/index.ts";
import type { RuleCase } from "../packs/index.ts";

/**
 * Writes a case as the log itself would: blanks between the values of an access log, quotes in CSV, the packed column of the
 * control panel, JSON in the audit queue. So normalizers and literals meet what they meet in evidence.
 */
export function recordOfCase(ruleCase: RuleCase): ArtifactRecord {
  const { artifact, fields, raw } = ruleCase;
  const at = { item: 0, offsetBytes: 0, lengthBytes: 0, record: ruleCase.at.line };
  const record = { artifact, surplus: [], at, repairs: [] };
  if (raw !== null) return { ...record, names: ["text"], values: [raw], raw };
  const stored = Object.entries(storedFields(artifact, fields));
  const names = stored.map(([name]) => name);
  const values = stored.map(([, value]) => value);
  return { ...record, names, values, raw: rawText(artifact, values) };
}

type Fields = Readonly<Record<string, string>>;

function storedFields(artifact: string, fields: Fields): Fields {
  if (artifact === "exchange-ecp-server") return packEventData(fields);
  if (artifact === "exchange-audit") return { RecordType: "ExchangeAdmin", Data: auditData(fields) };
  // The columns of every W3C log before and after those that a case names.
  if (artifact === "iis-w3c")
    return { date: "2021-03-03", time: "10:15:23", ...fields, "sc-win32-status": "0" };
  return fields;
}

function rawText(artifact: string, values: readonly string[]): string {
  if (artifact === "iis-w3c" || artifact === "web-access") return values.join(" ");
  if (artifact === "windows-event") return values.join("\n");
  return values.map((value) => (/[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(",");
}

/** `S:KEY` fields go into `EventData`; an item with `;` or `'` is wrapped in single quotes, and those inside it are doubled. */
function packEventData(fields: Fields): Fields {
  const isPacked = ([name]: readonly [string, string]): boolean => name.startsWith("S:");
  const items = Object.entries(fields)
    .filter(isPacked)
    .map(([name, value]) => `${name}=${value}`)
    .map((item) => (/[;']/.test(item) ? `'${item.replaceAll("'", "''")}'` : item));
  const own = Object.entries(fields).filter((entry) => !isPacked(entry));
  return { ...Object.fromEntries(own), ...(items.length === 0 ? {} : { EventData: items.join(";") }) };
}

/** Exchange escapes slashes and angle brackets in this JSON too. */
function auditData(fields: Fields): string {
  const Parameters = [...(fields["Parameters"] ?? "").matchAll(/-(\w+) "([^"]*)"/gu)].map(
    ([, Name = "", Value = ""]) => ({ Name, Value }),
  );
  const json = JSON.stringify({
    Operation: fields["Cmdlet"],
    UserId: fields["AuthenticatedUser"],
    ResultStatus: fields["ExecutionResult"],
    Parameters,
  });
  return json.replaceAll("/", "\\/").replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
}
