/** A member of an exported object: text, yes or no, a list, or nothing. */
export type ExportedValue = string | boolean | readonly string[] | null;
/** An object as a cmdlet gives it. */
export type ExportedObject = Readonly<Record<string, ExportedValue>>;

const CLI_NAMESPACE = "http://schemas.microsoft.com/powershell/2004/04";

/** Export-Clixml of a remote session: class names begin with `Deserialized.`, all but the first object refer to them. */
export function toCliXml(type: string, objects: readonly ExportedObject[]): string {
  const body = objects.map((object, index) => {
    const types =
      index === 0
        ? `<TN RefId="0"><T>Deserialized.${type}</T><T>Deserialized.System.Object</T></TN>`
        : '<TNRef RefId="0" />';
    const members = Object.entries(object).map(
      ([name, value], at) => `      ${member(name, value, `${String(index)}0${String(at)}`)}`,
    );
    return `  <Obj RefId="${String(index)}">\r\n    ${types}\r\n    <Props>\r\n${members.join("\r\n")}\r\n    </Props>\r\n  </Obj>`;
  });
  return `\uFEFF<Objs Version="1.1.0.1" xmlns="${CLI_NAMESPACE}">\r\n${body.join("\r\n")}\r\n</Objs>`;
}

function member(name: string, value: ExportedValue, refId: string): string {
  if (value === null) return `<Nil N="${name}" />`;
  if (typeof value === "boolean") return `<B N="${name}">${String(value)}</B>`;
  if (typeof value === "string")
    return /^\d{4}-\d\d-\d\dT/.test(value)
      ? `<DT N="${name}">${value}</DT>`
      : `<S N="${name}">${escaped(value)}</S>`;
  const items = value.map((one) => `<S>${escaped(one)}</S>`).join("");
  return `<Obj N="${name}" RefId="${refId}"><LST>${items}</LST></Obj>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Export-Csv of Windows PowerShell, with its line of the class. */
export function toCsv(type: string, objects: readonly ExportedObject[]): string {
  const names = Object.keys(objects[0] ?? {});
  const row = (values: readonly string[]): string =>
    values.map((value) => `"${value.replaceAll('"', '""')}"`).join(",");
  const rows = objects.map((object) => row(names.map((name) => shown(object[name] ?? null))));
  return `${[`#TYPE ${type}`, row(names), ...rows].join("\r\n")}\r\n`;
}

function shown(value: ExportedValue): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? value : value.join(" ");
}
