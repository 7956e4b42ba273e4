/**
 * Reads the query language of pySigma's own test backend and answers it for an event: an answer to a rule that owes nothing to
 * this package's parser or evaluator. For tests only; plain rather than fast.
 */

/** An event of the tests: fields by the names of the rules. */
export type OracleEvent = Readonly<Record<string, string | null>>;

type Answer = (event: OracleEvent) => boolean;

/** @throws Error when the text is not in that language. */
export function readOracle(query: string): Answer {
  const reader = new OracleReader(query.replace(/^search\((.*)\)$/s, "$1"));
  const answer = reader.or();
  reader.end();
  return answer;
}

const PLACED: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

class OracleReader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  or(): Answer {
    const parts = [this.and()];
    while (this.take(/or\b\s*/y)) parts.push(this.and());
    return (event) => parts.some((part) => part(event));
  }

  end(): void {
    if (this.at < this.text.length) throw new Error(`cannot read: ${this.text.slice(this.at)}`);
  }

  private and(): Answer {
    const parts = [this.not()];
    while (this.take(/and\b\s*/y)) parts.push(this.not());
    return (event) => parts.every((part) => part(event));
  }

  private not(): Answer {
    if (this.take(/not\b\s*/y)) {
      const part = this.not();
      return (event) => !part(event);
    }
    if (!this.take(/\(\s*/y)) return this.term();
    const inner = this.or();
    this.expect(/\)\s*/y);
    return inner;
  }

  private term(): Answer {
    const call = this.take(/(exists|notexists|cidrmatch|cidrnotmatch)\(('[^']*'|\w+)(?:, "([^"]*)")?\)\s*/y);
    if (call !== null) {
      const [, name = "", field = "", network = ""] = call;
      const value = valueOf(field);
      if (name.endsWith("exists")) return (event) => (value(event) !== null) === (name === "exists");
      return (event) => isInside(value(event), network) === (name === "cidrmatch");
    }
    const [, field = ""] = this.expect(/('[^']*'|`[^`]*`|[\w.]+)\s*/y);
    return field === "_" ? this.keyword() : this.comparison(valueOf(field));
  }

  /** A value without field is looked for anywhere in the event. */
  private keyword(): Answer {
    const regex = this.take(/=\/((?:[^/\\]|\\.)*)\/([ims]*)\s*/y);
    if (regex !== null)
      return this.regex(
        [...regex.slice(0, 1), "=", ...regex.slice(1)],
        (test) => (event) => test(allOf(event)),
      );
    const [, quoted, bare = ""] = this.expect(/=~?(?:"([^"]*)"|(\w+))\s*/y);
    const found = wildcards(`*${(quoted ?? bare).replaceAll(".*", "*").replaceAll(".", "?")}*`, false);
    return (event) => found(allOf(event));
  }

  private comparison(value: (event: OracleEvent) => string | null): Answer {
    const isText =
      (test: (text: string) => boolean): Answer =>
      (event) => {
        const text = value(event);
        return text !== null && test(text);
      };
    const list = this.take(/(in|contains-all) \(([^)]*)\)\s*/y);
    if (list !== null) {
      const wanted = (list[2] ?? "")
        .split(", ")
        .map((part) => wildcards(part.replace(/^"(.*)"$/s, "$1"), false));
      const all = list[1] === "contains-all";
      return isText((text) => (all ? wanted.every((test) => test(text)) : wanted.some((test) => test(text))));
    }
    if (this.take(/is null\s*/y) !== null) return (event) => value(event) === null;
    const reference = this.take(/=fieldref(?:_(\w+))?\(('[^']*'|\w+)\)\s*|=(`[^`]*`)\s*/y);
    if (reference !== null) {
      const other = valueOf(reference[2] ?? reference[3] ?? "");
      const test = PLACED[reference[1] ?? ""] ?? ((text: string, part: string): boolean => text === part);
      return (event) =>
        isText((text) => test(text.toLowerCase(), (other(event) ?? "\0").toLowerCase()))(event);
    }
    const regex = this.take(/(!?=)\/((?:[^/\\]|\\.)*)\/([ims]*)\s*/y);
    if (regex !== null) return this.regex(regex, isText);
    const number = this.take(/(<=|>=|<|>|=)(-?\d+)\s*/y);
    if (number !== null) return isText((text) => compares(Number(text), number[1] ?? "", Number(number[2])));
    const [, operator = "", quoted, bare] = this.expect(
      /(=|!=|[a-z_]+)\s*(?:"((?:[^"]|"(?=[^\s)]))*)"|(\w+))\s*/y,
    );
    return this.textual(operator, quoted ?? bare ?? "", isText);
  }

  private regex(hit: readonly string[], isText: (test: (text: string) => boolean) => Answer): Answer {
    const [, operator, source = "", flags = ""] = hit;
    // The backend puts a backslash before slashes, backslashes and, to be seen, before "bar".
    const inner = source.replace(/\\(\/|bar|\\)/g, "$1").replace(/^\(\?\w+\)/, "");
    const inline = /^\(\?(\w+)\)/.exec(source)?.[1] ?? "";
    const expression = new RegExp(inner, flags + inline);
    const found = isText((text) => expression.test(text));
    return operator === "!=" ? (event): boolean => !found(event) : found;
  }

  private textual(
    operator: string,
    wanted: string,
    isText: (test: (text: string) => boolean) => Answer,
  ): Answer {
    const negated = operator === "!=" || operator.startsWith("not_");
    const cased = operator.endsWith("_cased") || operator === "casematch";
    const name = operator.replace(/^not_|_cased$/g, "");
    const before = name === "endswith" || name === "contains" ? "*" : "";
    const after = name === "startswith" || name === "contains" ? "*" : "";
    const found = isText(wildcards(before + wanted + after, cased));
    return negated ? (event): boolean => !found(event) : found;
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const hit = pattern.exec(this.text);
    if (hit !== null) this.at += hit[0].length;
    return hit;
  }

  private expect(pattern: RegExp): RegExpExecArray {
    const hit = this.take(pattern);
    if (hit === null) throw new Error(`cannot read: ${this.text.slice(this.at)}`);
    return hit;
  }
}

/** The backend's pipeline gives the fields A, B, ... other names. */
function valueOf(written: string): (event: OracleEvent) => string | null {
  const name = written.replace(/^['`](.*)['`]$/, "$1").replace(/^mapped/, "field");
  return (event) => event[name] ?? null;
}

function allOf(event: OracleEvent): string {
  return Object.values(event)
    .filter((value) => value !== null)
    .join(" ");
}

function wildcards(pattern: string, cased: boolean): (text: string) => boolean {
  const source = pattern
    .replace(/[\\^$.+()[\]{}|/]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${source}$`, cased ? "s" : "is");
  return (text) => expression.test(text);
}

function compares(value: number, operator: string, limit: number): boolean {
  if (operator === "=") return value === limit;
  const holds = operator.startsWith("<") ? value < limit : value > limit;
  return holds || (operator.endsWith("=") && value === limit);
}

/** Good enough for the networks of the cases, which end at whole groups or are IPv4. */
function isInside(text: string | null, network: string): boolean {
  const [base = "", bits = "0"] = network.split("/");
  const number = (address: string): bigint | null => {
    if (/^\d+(\.\d+){3}$/.test(address))
      return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    const [head = "", tail = ""] = address.split("::");
    const groups = (part: string): readonly string[] => part.split(":").filter((group) => group !== "");
    const zeros = 8 - groups(head).length - groups(tail).length;
    if (!/^[0-9a-f:]+$/i.test(address) || zeros < 0) return null;
    return [...groups(head), ...Array.from({ length: zeros }, () => "0"), ...groups(tail)].reduce(
      (sum, group) => sum * 65536n + BigInt(`0x${group}`),
      0n,
    );
  };
  if (text === null || text.includes(":") !== base.includes(":")) return false;
  const [inner, outer] = [number(text), number(base)];
  const shift = BigInt((base.includes(":") ? 128 : 32) - Number(bits));
  return inner !== null && outer !== null && inner >> shift === outer >> shift;
}
