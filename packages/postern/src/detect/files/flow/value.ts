/** Where the content of a value may come from; several may hold at once. */
export const FROM = {
  /** The request as text: query, form, cookies, headers, body, or a parameter of a method called from outside. */
  request: 1,
  /** A text box or another control of the page: its content comes with the request. */
  control: 2,
  /** An uploaded file, or its name. */
  upload: 4,
  /** Session, application or cache. */
  stored: 8,
  /** Downloaded from another server. */
  network: 16,
  /** Read from a file. */
  file: 32,
  /** Read from a database. */
  database: 64,
  /** Went through Base64, a cipher, decompression, or was computed character by character. */
  decoded: 128,
  /** Part of a text whose other part the page fixes: a folder, the beginning of a query. */
  mixed: 256,
  /** Only a file name below a folder that the page fixes. */
  confined: 512,
  /** A folder of the web site, or a fixed text: holds what is joined to it. */
  anchor: 1024,
  /** Holds the name of a command interpreter. */
  interpreter: 2048,
  /** Went through `MapPath`. */
  mapped: 4096,
  /** The folder of the page itself, or the root of the web site. */
  here: 8192,
  /** Content from a visitor that stands alone on at least one way: nothing of the page's own is around it. */
  whole: 16384,
  /** Names a procedure by which a database server starts programs. */
  databaseShell: 32768,
} as const;

/** Bits that tell that somebody outside chose the content. */
export const ASKED: number = FROM.request | FROM.control | FROM.upload;
/** Bits that tell where content comes from, not how it was put together. */
export const ORIGIN: number = ASKED | FROM.stored | FROM.network | FROM.file | FROM.database | FROM.decoded;

/** What is known of a value. */
export interface Value {
  /** The text, where it is certain; numbers as digits. */
  readonly text: string | null;
  /** Sum of FROM bits. */
  readonly from: number;
  /** FROM bits of the place it stands for: path of a file object, address of a connection. */
  readonly where: number;
  /** What it is, e.g. `process`, `fso`, `method:assembly.load`; empty when unknown. */
  readonly kind: string;
  /** Elements of a list that is certain. */
  readonly items: readonly Value[] | null;
  /** How the text ends, where only that is certain. */
  readonly tail: string | null;
  /** True when `text` was put together from several pieces. */
  readonly pieced: boolean;
}

/** Longest text that is followed. */
export const TEXT_LIMIT = 262_144;
/** Longest list that is followed. */
export const ITEMS_LIMIT = 65_536;

/** Nothing is known, and nothing came from outside. */
export const NOTHING: Value = {
  text: null,
  from: 0,
  where: 0,
  kind: "",
  items: null,
  tail: null,
  pieced: false,
};

/** A value that is only known by its origin. */
export function valueFrom(from: number, kind = ""): Value {
  return from === 0 && kind === "" ? NOTHING : { ...NOTHING, from: fresh(from), kind };
}

/** Bits of content that has just come in. */
export function fresh(from: number): number {
  return (from & ASKED) === 0 ? from : from | FROM.whole;
}

/** A certain text. */
export function textValue(text: string, pieced = false): Value {
  if (text.length > TEXT_LIMIT) return NOTHING;
  return { ...NOTHING, text, from: fixedBits(text), pieced };
}

const INTERPRETER =
  /\b(?:cmd|powershell|pwsh|wscript|cscript|mshta|rundll32|command)(?:\.exe|\.com)\b|\bcmd\s+\/[ck]\b|^\s*(?:cmd|powershell|pwsh)\s*$|\bcomspec\b/iu;

const DATABASE_SHELL =
  /\b(?:xp_cmdshell|sp_oacreate|sp_oamethod|xp_regwrite|sp_addextendedproc)\b|\bopenrowset\s*\(|\bselect\s+shell\s*\(/iu;

function fixedBits(text: string): number {
  if (text.length > 4096) return FROM.anchor;
  return (
    (/[\p{L}\p{N}]/u.test(text) ? FROM.anchor : 0) |
    (INTERPRETER.test(text) ? FROM.interpreter : 0) |
    (DATABASE_SHELL.test(text) ? FROM.databaseShell : 0)
  );
}

/** One of two values: what is certain of both stays certain. */
export function either(a: Value, b: Value): Value {
  if (a === NOTHING) return b;
  if (b === NOTHING || a === b) return a;
  return {
    text:
      a.text === b.text
        ? a.text
        : a.text !== null && b.text === null && b.from === 0
          ? a.text
          : (b.text ?? null),
    from: a.from | b.from,
    where: a.where | b.where,
    kind: b.kind === "" ? a.kind : b.kind,
    items: a.items ?? b.items,
    tail: b.tail ?? a.tail,
    pieced: a.pieced || b.pieced,
  };
}

/** What holds on every way: a text only when it is always the same. */
export function always(a: Value, b: Value): Value {
  const value = either(a, b);
  if (a === NOTHING || b === NOTHING || a.text === b.text) return value;
  return { ...value, text: null, items: null, pieced: false };
}

/** Texts joined: certain when all are; content from outside beside a fixed part is mixed. */
export function joined(parts: readonly Value[]): Value {
  let from = 0;
  let where = 0;
  let certain = true;
  let length = 0;
  for (const part of parts) {
    from |= part.from;
    where |= part.where;
    certain &&= part.text !== null && (part.from & (ORIGIN & ~FROM.decoded)) === 0;
    length += part.text?.length ?? 0;
  }
  if (certain && length <= TEXT_LIMIT)
    return textValue(parts.map((part) => part.text ?? "").join(""), parts.length > 1);
  const last = parts.at(-1);
  const tail = last?.text ?? last?.tail ?? null;
  const below = parts.some(
    (part) => part.text !== null && (part.from & (FROM.anchor | FROM.mapped)) === FROM.anchor,
  );
  if (below) from &= ~FROM.here;
  const outside = parts.some((part) => (part.from & (ORIGIN & ~FROM.decoded)) !== 0);
  const fixed = parts.some((part) => (part.from & FROM.anchor) !== 0 && (part.from & FROM.whole) === 0);
  if (fixed) from &= ~FROM.whole;
  const mixed = outside && fixed ? FROM.mixed : 0;
  return { ...NOTHING, from: from | mixed, where, tail };
}

/** Origins of several values together. */
export function spread(values: readonly Value[]): Value {
  let from = 0;
  let where = 0;
  for (const value of values) {
    from |= value.from;
    where |= value.where;
  }
  return { ...NOTHING, from, where };
}
