import {
  ASKED,
  FROM,
  ITEMS_LIMIT,
  NOTHING,
  ORIGIN,
  TEXT_LIMIT,
  joined,
  textValue,
  type Value,
} from "./value.ts";

/** True when the text of a value is certain and nobody outside chose it. */
export function isCertain(value: Value | undefined): value is Value & { readonly text: string } {
  return value !== undefined && value.text !== null && (value.from & (ORIGIN & ~FROM.decoded)) === 0;
}

/** What a text function makes of certain texts; null when it is no text function, or the texts are not certain. */
export function foldText(name: string, object: Value | null, args: readonly Value[]): Value | null {
  const plain = FUNCTIONS.get(name);
  if (plain !== undefined && object === null) return plain(args);
  const method = METHODS.get(name);
  if (method !== undefined && object !== null) return method(object, args) ?? foldStatic(name, args);
  return object === null ? null : foldStatic(name, args);
}

/** `String.Concat(a, b)`, `Convert.ToChar(1)`, `Encoding.X.GetString(bytes)`: the object is only a class. */
function foldStatic(name: string, args: readonly Value[]): Value | null {
  return STATIC.get(name)?.(args) ?? null;
}

type Fold = (args: readonly Value[]) => Value | null;

const numberOf = (value: Value | undefined): number | null => {
  if (value === undefined || value.text === null || value.text.trim() === "") return null;
  const number = Number(value.text);
  return Number.isFinite(number) ? number : null;
};

const decoded = (text: string): Value => {
  const value = textValue(text, true);
  return { ...value, from: value.from | FROM.decoded };
};

const character: Fold = ([code]) => {
  const number = numberOf(code);
  if (number === null) return { ...NOTHING, from: (code?.from ?? 0) | FROM.decoded };
  return { ...textValue(String.fromCharCode(number & 0xffff), true), pieced: true };
};

const base64: Fold = ([value]) => {
  if (!isCertain(value)) return null;
  const text = Buffer.from(value.text, "base64").toString("latin1");
  return decoded(text);
};

const unescapeText: Fold = ([value]) => {
  if (!isCertain(value)) return null;
  const text = value.text.replace(/%u([0-9a-f]{4})|%([0-9a-f]{2})/giu, (_all, unit?: string, byte?: string) =>
    String.fromCharCode(Number.parseInt(unit ?? byte ?? "20", 16)),
  );
  return text === value.text ? textValue(text) : decoded(text);
};

const concat: Fold = (args) => {
  const parts = args.flatMap((arg) => arg.items ?? [arg]);
  return parts.length === 0 ? null : joined(parts);
};

const joinItems = (list: Value | undefined, separator: Value | undefined): Value | null => {
  if (list === undefined || list.items === null) return null;
  const between = separator?.text ?? "";
  const parts = list.items.flatMap((item, index) =>
    index === 0 || between === "" ? [item] : [textValue(between), item],
  );
  return joined(parts);
};

const split = (value: Value | undefined, separator: string): Value | null => {
  if (!isCertain(value)) return null;
  const parts = value.text.split(separator);
  if (parts.length > ITEMS_LIMIT) return null;
  return { ...NOTHING, items: parts.map((part) => textValue(part)) };
};

const reversed = (value: Value | undefined): Value | null => {
  if (value === undefined) return null;
  if (value.items !== null) return { ...value, items: [...value.items].reverse() };
  if (isCertain(value)) return decoded(Array.from(value.text).reverse().join(""));
  return { ...value, text: null, from: value.from | FROM.decoded };
};

/** So many characters at once are picked by decoders. */
const PICKED = 4;

/** A part of a text. Without a certain place, picking a few characters counts as decoding. */
const part = (value: Value | undefined, start: number | null, length: number | null): Value | null => {
  const fixed = value !== undefined && (value.from & (ORIGIN & ~FROM.decoded)) === 0;
  const picks = length !== null && length <= PICKED ? FROM.decoded : 0;
  if (!isCertain(value)) {
    const text = fixed && (value.from & FROM.anchor) !== 0 && value.kind === "";
    return text && picks !== 0 ? { ...NOTHING, from: value.from | picks } : null;
  }
  if (start === null || length === null)
    return { ...NOTHING, from: (value.from & ~FROM.interpreter) | picks };
  return { ...textValue(value.text.slice(start, start + length), true), pieced: true };
};

const bytesAsText: Fold = ([value]) => {
  if (value === undefined) return null;
  if (value.items !== null) {
    const codes = value.items.map(numberOf);
    if (codes.every((code) => code !== null)) return decoded(String.fromCharCode(...codes.slice(0, 60_000)));
    return joined(value.items);
  }
  return isCertain(value) ? { ...value, pieced: true } : null;
};

const hexText: Fold = ([value]) => {
  if (!isCertain(value) || !/^(?:[0-9a-f]{2}){4,}$/iu.test(value.text)) return null;
  return decoded(Buffer.from(value.text, "hex").toString("latin1"));
};

const format: Fold = ([pattern, ...rest]) => {
  if (!isCertain(pattern)) return null;
  const parts = rest.flatMap((arg) => arg.items ?? [arg]);
  const pieces: Value[] = [];
  let done = 0;
  for (const match of pattern.text.slice(0, 100_000).matchAll(/\{(\d{1,3})[^{}]{0,40}\}/gu)) {
    if (match.index > done) pieces.push(textValue(pattern.text.slice(done, match.index)));
    pieces.push(parts[Number(match[1])] ?? NOTHING);
    done = match.index + match[0].length;
  }
  if (done < pattern.text.length) pieces.push(textValue(pattern.text.slice(done)));
  return pieces.length === 0 ? textValue("") : joined(pieces);
};

const replaceText = (
  value: Value | undefined,
  from: Value | undefined,
  to: Value | undefined,
): Value | null => {
  const filled = value !== undefined && value.from !== 0 && (value.from & ASKED) === 0 && value.kind === "";
  // A text of the page's own, with something from outside in its place.
  if (filled && to !== undefined && (to.from & ASKED) !== 0)
    return { ...NOTHING, from: ((value.from | to.from) & ~FROM.whole) | FROM.mixed, where: value.where };
  if (!isCertain(value) || !isCertain(from) || to === undefined || to.text === null || from.text === "")
    return null;
  const text = value.text.replaceAll(from.text, () => to.text ?? "");
  if (text.length > TEXT_LIMIT) return null;
  return text === value.text ? value : { ...textValue(text, true), pieced: true };
};

const STATIC: ReadonlyMap<string, Fold> = new Map(
  Object.entries<Fold>({
    concat,
    combine: (args) =>
      args.length === 0
        ? null
        : joined(args.flatMap((arg, index) => (index === 0 ? [arg] : [textValue("\\"), arg]))),
    format,
    join: ([separator, ...rest]) => {
      if (separator !== undefined && separator.items !== null) return joinItems(separator, rest[0]);
      return rest.length === 1
        ? joinItems(rest[0], separator)
        : joinItems({ ...NOTHING, items: rest }, separator);
    },
    tochar: character,
    fromcharcode: character,
    chr: character,
    chrw: character,
    frombase64string: base64,
    atob: base64,
    getstring: bytesAsText,
    getbytes: ([value]) => value ?? null,
    fromhexstring: hexText,
    urldecode: unescapeText,
    unescape: unescapeText,
    unescapedatastring: unescapeText,
    htmldecode: ([value]) => value ?? null,
    strreverse: ([value]) => reversed(value),
  }),
);

const FUNCTIONS: ReadonlyMap<string, Fold> = new Map(
  Object.entries<Fold>({
    chr: character,
    chrw: character,
    chrb: character,
    asc: ([value]) =>
      isCertain(value) && value.text !== ""
        ? textValue(String(value.text.charCodeAt(0)))
        : { ...NOTHING, from: (value?.from ?? 0) & ~FROM.anchor },
    strreverse: ([value]) => reversed(value),
    replace: ([value, from, to]) => replaceText(value, from, to),
    mid: ([value, start, length]) => {
      const from = numberOf(start);
      const count = length === undefined ? TEXT_LIMIT : numberOf(length);
      return part(value, from === null ? null : Math.max(from - 1, 0), count);
    },
    left: ([value, length]) => part(value, 0, numberOf(length)),
    right: ([value, length]) => {
      const count = numberOf(length);
      return part(
        value,
        count === null || value === undefined || value.text === null
          ? null
          : Math.max(value.text.length - count, 0),
        count,
      );
    },
    split: ([value, separator]) => split(value, separator === undefined ? " " : (separator.text ?? "")),
    join: ([list, separator]) => joinItems(list, separator ?? textValue(" ")),
    array: (args) => ({ ...NOTHING, items: args }),
    lcase: ([value]) => (isCertain(value) ? { ...value, text: value.text.toLowerCase() } : null),
    ucase: ([value]) => (isCertain(value) ? { ...value, text: value.text.toUpperCase() } : null),
    trim: ([value]) => (isCertain(value) ? { ...value, text: value.text.trim() } : null),
    cstr: ([value]) => value ?? null,
    string: ([value]) => value ?? null,
    unescape: unescapeText,
    decodeuricomponent: unescapeText,
    decodeuri: unescapeText,
    atob: base64,
  }),
);

type MethodFold = (object: Value, args: readonly Value[]) => Value | null;

const METHODS: ReadonlyMap<string, MethodFold> = new Map(
  Object.entries<MethodFold>({
    replace: (object, [from, to]) => replaceText(object, from, to),
    substring: (object, [start, length]) =>
      part(object, numberOf(start), length === undefined ? TEXT_LIMIT : numberOf(length)),
    substr: (object, [start, length]) =>
      part(object, numberOf(start), length === undefined ? TEXT_LIMIT : numberOf(length)),
    remove: (object, [start, length]) => {
      const from = numberOf(start);
      if (!isCertain(object) || from === null) return null;
      const count = length === undefined ? TEXT_LIMIT : (numberOf(length) ?? 0);
      return textValue(object.text.slice(0, from) + object.text.slice(from + count), true);
    },
    insert: (object, [start, text]) => {
      const from = numberOf(start);
      if (!isCertain(object) || from === null || !isCertain(text)) return null;
      return textValue(object.text.slice(0, from) + text.text + object.text.slice(from), true);
    },
    tolower: (object) => (isCertain(object) ? { ...object, text: object.text.toLowerCase() } : null),
    toupper: (object) => (isCertain(object) ? { ...object, text: object.text.toUpperCase() } : null),
    trim: (object) => (isCertain(object) ? { ...object, text: object.text.trim() } : null),
    tostring: (object) => object,
    tochararray: (object) => split(object, ""),
    toarray: (object) => object,
    reverse: (object) =>
      object.kind === "" && object.text === null && object.items === null ? null : reversed(object),
    split: (object, [separator]) =>
      object.kind === "" ? split(object, separator?.text ?? separator?.items?.[0]?.text ?? "") : null,
    join: (object, [separator]) => joinItems(object, separator ?? textValue(",")),
    charat: (object, [index]) => {
      const at = numberOf(index);
      return part(object, at, 1);
    },
    fromcharcode: (_object, args) => concat(args.map((arg) => character([arg]) ?? NOTHING)),
    concat: (object, args) => (isCertain(object) ? concat([object, ...args]) : null),
  }),
);

/** `list[index]` or `text[index]`. */
export function foldIndex(object: Value, index: Value | undefined): Value | null {
  const at = numberOf(index);
  if (object.items !== null) return at === null ? null : (object.items[at] ?? NOTHING);
  return object.kind === "" ? part(object, at, 1) : null;
}

/** Arithmetic with certain numbers. */
export function foldNumbers(op: string, parts: readonly Value[]): Value | null {
  const numbers = parts.map(numberOf);
  if (!numbers.every((number) => number !== null)) return null;
  const [first = 0, ...rest] = numbers;
  const result = rest.reduce((sum, number) => OPERATIONS.get(op)?.(sum, number) ?? Number.NaN, first);
  return Number.isFinite(result) ? textValue(String(result)) : null;
}

const OPERATIONS: ReadonlyMap<string, (a: number, b: number) => number> = new Map(
  Object.entries<(a: number, b: number) => number>({
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    "\\": (a, b) => Math.trunc(a / b),
    "%": (a, b) => a % b,
    mod: (a, b) => a % b,
    xor: (a, b) => a ^ b,
    "^": (a, b) => a ^ b,
  }),
);
