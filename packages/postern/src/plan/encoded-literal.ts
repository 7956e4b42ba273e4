/**
 * Text from evidence as a PowerShell expression: Base64 of its UTF-8 bytes inside single quotes, decoded by the expression itself. The
 * Base64 alphabet holds no quote, blank, `$` or line end, so that nothing of the text can act. Lone surrogates become U+FFFD.
 */
export function encodedLiteral(text: string): string {
  const base64 = Buffer.from(text, "utf8").toString("base64");
  return `([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${base64}')))`;
}

/** A list of texts as a PowerShell array. */
export function encodedList(texts: readonly string[]): string {
  return `@(${texts.map(encodedLiteral).join(", ")})`;
}
