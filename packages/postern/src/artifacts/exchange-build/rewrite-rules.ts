/** A rewrite rule that Microsoft's mitigations write into an IIS configuration. */
export interface RewriteRule {
  readonly mitigation: string;
  /** False when the rule is switched off. */
  readonly enabled: boolean;
  /** Where its tag stands in the text, in characters. */
  readonly offset: number;
  readonly lengthChars: number;
}

// Names that the tools give their rules: EOMT.ps1 and ExchangeMitigations.ps1 (CVE-2021-26855), EOMTv2.ps1
// (CVE-2022-41040), Emergency Mitigation service ("EEMS ..."). github.com/microsoft/CSS-Exchange, Security/src, and
// learn.microsoft.com, Exchange Emergency Mitigation service.
const KNOWN: readonly { readonly name: RegExp; readonly by: string }[] = [
  { name: /^X-AnonResource-Backend Abort - inbound$/i, by: "EOMT, for CVE-2021-26855" },
  { name: /^X-BEResource Abort - inbound$/i, by: "EOMT, for CVE-2021-26855" },
  { name: /^PowerShell - inbound$/i, by: "EOMTv2, for CVE-2022-41040" },
  { name: /^EEMS M\d/i, by: "Emergency Mitigation service" },
];
const RULE = /<rule\s([^<>]{0,400})>/gi;

/** Finds the rewrite rules of known mitigations in the text of a web.config or applicationHost.config. */
export function findRewriteRules(text: string): readonly RewriteRule[] {
  const rules: RewriteRule[] = [];
  for (const found of text.matchAll(RULE)) {
    const attributes = found[1] ?? "";
    const name = /\bname="([^"]{1,120})"/i.exec(attributes)?.[1] ?? "";
    const known = KNOWN.find((rule) => rule.name.test(name));
    if (known === undefined) continue;
    const [tag] = found;
    const mitigation = `rewrite rule "${name}" (${known.by})`;
    rules.push({
      mitigation,
      enabled: !/\benabled="false"/i.test(attributes),
      offset: found.index,
      lengthChars: tag.length,
    });
  }
  return rules;
}
