/** A condition as a tree over the names of search identifiers. */
export type Condition =
  | { readonly kind: "and"; readonly parts: readonly Condition[] }
  | { readonly kind: "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | { readonly kind: "selection"; readonly name: string }
  /** `1 of x*`, `all of them`: `names` are the search identifiers meant, resolved when the rule is read. */
  | {
      readonly kind: "of";
      readonly quantifier: "any" | "all";
      readonly pattern: string;
      readonly names: readonly string[];
    };
