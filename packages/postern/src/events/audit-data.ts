/**
 * Reads the JSON of the `Data` column of the admin audit queue into the names that cmdlet logs use.
 * Text that is not such JSON gives no fields: the column itself stays with the record.
 */
export function parseAuditData(text: string): Readonly<Record<string, string>> {
  const data = parseObject(text);
  if (data === null) return {};
  const fields: Record<string, string> = {};
  const put = (name: string, value: unknown): void => {
    if (typeof value === "string" && value !== "") fields[name] = value;
  };
  put("Cmdlet", data["Operation"]);
  put("UserId", data["UserId"]);
  put("ObjectId", data["ObjectId"]);
  put("ExecutionResult", data["ResultStatus"] === "True" ? "Success" : data["ResultStatus"]);
  put("Parameters", parametersText(data["Parameters"]));
  return fields;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // cut or foreign content: the raw column is still searched
  }
  return isObject(value) ? value : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parametersText(value: unknown): string {
  if (!Array.isArray(value)) return "";
  const list: readonly unknown[] = value;
  return list
    .filter(isObject)
    .map(
      ({ Name, Value }) =>
        `-${typeof Name === "string" ? Name : "?"} "${typeof Value === "string" ? Value : JSON.stringify(Value ?? "")}"`,
    )
    .join(" ");
}
