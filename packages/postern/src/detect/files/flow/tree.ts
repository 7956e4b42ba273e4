/** An expression, as far as the flow of data needs it. All names are lower case; places are indexes in the page's text. */
export type Expression =
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string; readonly at: number }
  | Call
  | New
  | Join
  /** One of several: `a ? b : c`, `a ?? b`. */
  | { readonly kind: "choice"; readonly parts: readonly Expression[]; readonly at: number }
  | {
      readonly kind: "list";
      readonly items: readonly Expression[];
      readonly fields: readonly Field[];
      readonly at: number;
    }
  /** A function without a name. */
  | { readonly kind: "lambda"; readonly routine: number; readonly at: number }
  /** Something that carries nothing, or that was not understood. */
  | { readonly kind: "opaque"; readonly at: number };

/** `of(args)` or `of[args]`. */
export interface Call {
  readonly kind: "call";
  readonly of: Expression;
  readonly args: readonly Expression[];
  readonly at: number;
}

/** `new Type(args) { field = value }` or `new Type[] { items }`. */
export interface New {
  readonly kind: "new";
  /** Full name in lower case, e.g. `system.io.streamwriter`. */
  readonly type: string;
  readonly args: readonly Expression[];
  readonly items: readonly Expression[];
  readonly fields: readonly Field[];
  readonly at: number;
}

/** Operands side by side: `+` and `&` join texts, the other signs compute or compare. */
export interface Join {
  readonly kind: "join";
  readonly op: string;
  readonly parts: readonly Expression[];
  readonly at: number;
}

/** `name = value` in braces. */
export interface Field {
  readonly name: string;
  readonly value: Expression;
}

/** Where a statement stands: the routine (0 for the page itself) and the block. */
export interface Place {
  readonly scope: number;
  readonly block: number;
}

/** A statement. */
export type Statement = Place &
  (
    | { readonly kind: "set"; readonly target: Expression; readonly add: boolean; readonly value: Expression }
    | {
        readonly kind: "declare";
        readonly name: string;
        readonly type: string;
        readonly value: Expression | null;
      }
    | { readonly kind: "each"; readonly name: string; readonly of: Expression }
    | { readonly kind: "return"; readonly value: Expression }
    | { readonly kind: "do"; readonly value: Expression }
  );

/** A function, method or property. */
export interface Routine {
  /** Empty for the page itself. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** Lower-case names of its attributes, e.g. `webmethod`, `dllimport`. */
  readonly attributes: readonly string[];
  /** Routine around it, whose variables it sees; 0 for the page. */
  readonly outer: number;
  readonly at: number;
}

/** A parameter with its type, both lower case; the type is empty where the language has none. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  /** True when the routine gives something back through it: `out`, `ref`, `ByRef`. */
  readonly back?: true;
  /** True for the first parameter of an extension method: `this T value`. */
  readonly extended?: true;
}

/** Everything that was read. */
export interface Program {
  readonly statements: readonly Statement[];
  /** The first one is the page itself. */
  readonly routines: readonly Routine[];
  /** Lower-case names of base classes and interfaces. */
  readonly bases: readonly string[];
  /** For each block of statements the one around it. */
  readonly blocks: readonly number[];
}
