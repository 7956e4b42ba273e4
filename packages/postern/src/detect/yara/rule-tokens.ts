/** A token of YARA rule text. `text` is as written; `start` and `end` are places in the rule text. */
export interface RuleToken {
  readonly kind: "word" | "string-id" | "number" | "text" | "regex" | "hex" | "sign";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Blanks and comments, texts, regular expressions, names, numbers, signs. In YARA a `/` opens a comment or a regular expression and
 * nothing else: division is `\`. https://yara.readthedocs.io/en/stable/writingrules.html
 */
const TOKEN =
  /(?<blank>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>"(?:[^"\\\n]|\\.)*")|(?<regex>\/(?:[^/\\\n]|\\.)+\/[is]*)|(?<stringId>[$#@!][A-Za-z0-9_]*\*?)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<number>0x[0-9A-Fa-f]+|0o[0-7]+|\d+(?:\.\d+)?(?:KB|MB)?)|(?<sign>==|!=|<=|>=|<<|>>|\.\.|[{}()[\]=:<>+\-*\\%&|^~,.])/uy;
/** A byte string, comments in it included. */
const HEX = /\{(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*|[^}/])*\}/uy;

/**
 * Cuts rule text into tokens without blanks and comments; null when a character belongs to no token. `$a != 1` is told from `!a` by the
 * sign that comes before it.
 */
export function tokenizeRules(text: string): readonly RuleToken[] | null {
  const tokens: RuleToken[] = [];
  let at = 0;
  while (at < text.length) {
    const hex = opensHex(tokens) ? matchAt(HEX, text, at) : null;
    if (hex !== null) {
      tokens.push({ kind: "hex", text: hex[0], start: at, end: at + hex[0].length });
      at += hex[0].length;
      continue;
    }
    const match = matchAt(TOKEN, text, at);
    if (match === null) return null;
    const kind = kindOf(match.groups ?? {});
    const length = kind === "string-id" && text.startsWith("!=", at) ? 2 : match[0].length;
    const end = at + length;
    if (kind !== null) {
      tokens.push({
        kind: length === match[0].length ? kind : "sign",
        text: text.slice(at, end),
        start: at,
        end,
      });
    }
    at = end;
  }
  return tokens;
}

/** After `$name =` a brace opens a byte string, everywhere else a rule. */
function opensHex(tokens: readonly RuleToken[]): boolean {
  return tokens.at(-1)?.text === "=" && tokens.at(-2)?.kind === "string-id";
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): RuleToken["kind"] | null {
  if (groups["blank"] !== undefined) return null;
  if (groups["text"] !== undefined) return "text";
  if (groups["regex"] !== undefined) return "regex";
  if (groups["stringId"] !== undefined) return "string-id";
  if (groups["word"] !== undefined) return "word";
  return groups["number"] === undefined ? "sign" : "number";
}
