import type { Assessment } from "../../model/index.ts";
import { compromised } from "./compromised.ts";

/** Texts that try to act: markup, escapes of a terminal, direction overrides, invisible and stacked characters, size. */
export const HOSTILE_TEXTS: readonly string[] = [
  `</code></pre></style><img src=x onerror="document.title='owned'"><svg onload=alert(1)>`,
  `" onmouseover="alert(1)" x='`,
  "\u001b[2J\u001b[31mred\u001b]0;title\u0007\u009b31m\u001b]8;;file:///etc/passwd\u0007click\u001b]8;;\u0007",
  "invoice\u202Exspa.exe\u2066\u200B\u00AD\u{E0041}\uFEFF",
  "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 \u0000 \uD800 \uFFFE \r over \u2028 next",
  "x".repeat(100_000),
  "--><!--<![CDATA[ ${7*7} {{7*7}} `id` $(id) javascript:alert(1)",
  "عدوان‏ 漢字 مرحبا",
];

/** Words that the model fixes; everything else in an assessment may come from evidence. */
const FIXED = new Set([
  "schema",
  "verdict",
  "rung",
  "severity",
  "confidence",
  "level",
  "support",
  "state",
  "product",
  "sha256",
]);

function poison(value: unknown, key: string, next: () => string): unknown {
  if (typeof value === "string") return FIXED.has(key) ? value : `${next()}${key}`;
  if (Array.isArray(value)) return value.map((item: unknown) => poison(item, key, next));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item, name, next)]));
}

/** The compromised sample with a hostile text in every string that is not fixed by the model, ids and times included. */
export function hostile(): Assessment {
  let turn = 0;
  const next = (): string => HOSTILE_TEXTS[turn++ % HOSTILE_TEXTS.length] ?? "";
  // eslint-disable-next-line postern/no-type-assertion -- the walk changes texts only: the shape stays that of an assessment
  return poison(compromised(), "", next) as Assessment;
}
