/** A list of indicators that was given with `--indicators`, and what became of it. */
export interface IndicatorList {
  /** Name of the file, without its folders. Untrusted. */
  readonly file: string;
  /** SHA-256 of the file. */
  readonly sha256: string;
  readonly format: "stix" | "misp" | "openioc" | "csv" | "plain";
  /** Indicators that were looked for. */
  readonly used: number;
  /** Of these, how many were seen in the evidence. */
  readonly seen: number;
  /** Kinds that nothing in this evidence could show, e.g. `md5`, `email-addr`; sorted. */
  readonly unused: readonly { readonly kind: string; readonly count: number }[];
}
