/** No event of a classic provider has more values. */
const MOST = 128;

/**
 * The values that a classic provider wrote without names, in their order: `Data0`, `Data1` .. as Postern numbers them, or `param1`,
 * `param2` .. as winlogbeat does. winlogbeat leaves empty ones out, so a number that is missing is an empty value.
 */
export function unnamedValues(fields: Readonly<Record<string, string>>): readonly string[] {
  const [prefix, base] = fields["Data0"] === undefined ? ["param", 1] : ["Data", 0];
  const values: string[] = [];
  for (let at = 0; at < MOST; at++) {
    const value = fields[`${prefix}${String(at + base)}`];
    if (value === undefined) continue;
    while (values.length < at) values.push("");
    values.push(value);
  }
  return values;
}
