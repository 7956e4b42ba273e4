/**
 * Cuts a JSON text into the objects that stand in it: the elements of its list, or the values that follow each other. Nothing is
 * parsed, so that a file that is cut off still gives its whole objects, and each has its place. `rest` is the position of an
 * object that does not end, or null.
 */
export function splitJson(
  text: string,
  take: (start: number, end: number) => void,
): { readonly rest: number | null } {
  let at = skipBlank(text, 0);
  const isList = text.charAt(at) === "[";
  if (isList) at++;
  for (;;) {
    at = skipBlank(text, at);
    if (at >= text.length) return { rest: null };
    const first = text.charAt(at);
    if (first === "{" || (first === "[" && isList)) {
      const end = endOf(text, at);
      if (end === null) return { rest: at };
      take(at, end);
      at = end;
    } else if (first === '"') at = endOfString(text, at) ?? text.length;
    else at++;
  }
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && BLANK.has(text.charCodeAt(at))) at++;
  return at;
}

/** Blank, tab, line ends, comma, byte order mark. */
const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0x2c, 0xfeff]);

/** Position behind the value that begins with a bracket, or null when it does not end. */
function endOf(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(text, at);
        if (end === null) return null;
        at = end - 1;
        break;
      }
      case 0x7b:
      case 0x5b:
        depth++;
        break;
      case 0x7d:
      case 0x5d:
        depth--;
        if (depth === 0) return at + 1;
    }
  }
  return null;
}

/** Position behind a string's closing quote, or null. */
function endOfString(text: string, start: number): number | null {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) return at + 1;
  }
  return null;
}
