/** The languages of pages; VBScript and VB.NET are read by one grammar, C# and both kinds of JScript by the other. */
export type Language = "csharp" | "jscript" | "basic";

/** The language of a `language` or `type` attribute; null when it names none that we know. */
export function languageOf(declared: string | undefined): Language | null {
  const name = (declared ?? "").trim().toLowerCase();
  if (/^(?:c#|cs|csharp|vj#|vjs)/u.test(name)) return "csharp";
  if (/(?:^|\/)(?:j|java|ecma)s/u.test(name) || name === "js") return "jscript";
  if (/(?:^|\/)(?:vb|visualbasic)/u.test(name)) return "basic";
  return null;
}

/** Guesses the language from the code itself: ASP.NET's own default is Visual Basic, and nobody relies on it. */
export function sniffLanguage(code: string, basicByDefault: boolean): Language {
  const count = (pattern: RegExp): number => code.match(pattern)?.length ?? 0;
  const curly = count(/[;{}]\s*$/gmu) + count(/\b(?:new|var|foreach|using|typeof)\b|==|\bnull\b|\/\//gu);
  const basic = count(/\b(?:dim|set|then|end\s+(?:if|sub|function)|sub|byval|next|wend|nothing)\b/giu) * 2;
  if (curly === basic) return basicByDefault ? "basic" : code.includes(";") ? "csharp" : "basic";
  if (curly > basic * 2) return /\b(?:function|eval|ActiveXObject)\b/u.test(code) ? "jscript" : "csharp";
  return basic >= curly || basicByDefault ? "basic" : "csharp";
}
