import { decodeHead, linesOf, type Line } from "../exchange-build/decoded-text.ts";
import { MemberCollector, type StateForm, type StateObject } from "./state-object.ts";

// Format-List: "Name : value", names padded to one width, a blank line between objects. A value that is longer than the window goes
// on in the next line, and so do further values of a list; both begin below the first one. Lists also stand as "{a, b...}", cut after
// $FormatEnumerationLimit (4 by default).

/** What `Format-List` prints, saved as text. */
export const listForm: StateForm = {
  id: "list",
  identify: (head, name) => {
    if (OTHER_FILES.test(name)) return false;
    const text = decodeHead(head.subarray(0, 16_384));
    if (/^#(?:Fields|Software|Version)\b/mu.test(text) || /^\s{0,40}[<[{]/u.test(text)) return false;
    return (text.match(/^[A-Za-z][\w ]{0,60}? {0,60}: /gmu) ?? []).length >= 4;
  },
  parse: (bytes, item, take) => {
    let object = new ListObject();
    const finish = (): void => {
      const found = object.finish(item);
      if (found !== null) take(found);
      object = new ListObject();
    };
    for (const line of linesOf(bytes, item)) {
      if (line.text.trim() === "") finish();
      else object.add(line);
    }
    finish();
    return [];
  },
};

const OTHER_FILES = /\.(?:as[apchm]x?|config|html?|js|md|ps1|psm1|yml|yaml|ini)$/iu;
/** Windows PowerShell wraps at the width of its window, 80 when it has none. */
const WRAP_CHARS = 79;
const PAIR = /^([A-Za-z][\w ]{0,60}?) {0,60}: ?(.*)$/u;

/** The lines of one object. */
class ListObject {
  readonly #values = new Map<string, string[]>();
  #name = "";
  #width = 0;
  #previousChars = 0;
  #first: Line["at"] | null = null;
  #last: Line["at"] | null = null;

  add({ text, at }: Line): void {
    const pair = PAIR.exec(text);
    const name = pair?.[1];
    if (name !== undefined && !/^\s/u.test(text))
      this.#start(name, pair?.[2]?.trim() ?? "", text.indexOf(":"));
    else if (this.#name !== "" && text.length - text.trimStart().length >= this.#width)
      this.#continue(text.trim());
    else return;
    this.#previousChars = text.length;
    this.#first ??= at;
    this.#last = at;
  }

  finish(item: number): StateObject | null {
    if (this.#first === null || this.#last === null || this.#values.size < 2) return null;
    const members = new MemberCollector();
    for (const [name, values] of this.#values) {
      const texts = values.flatMap(elementsOf);
      if (texts.length === 0) members.addEmpty(name);
      for (const text of texts) members.add(name, text);
    }
    const { offsetBytes, record } = this.#first;
    const lengthBytes = this.#last.offsetBytes + this.#last.lengthBytes - offsetBytes;
    return { types: [], members: members.finish(), at: { item, offsetBytes, lengthBytes, record } };
  }

  #start(name: string, value: string, colon: number): void {
    this.#name = name.trim();
    this.#width = colon;
    if (!this.#values.has(this.#name) && this.#values.size < 400) this.#values.set(this.#name, [value]);
    else this.#name = "";
  }

  /** Below a line that filled the window stands the rest of its value, below a shorter one a further value. */
  #continue(text: string): void {
    const values = this.#values.get(this.#name);
    if (values === undefined || values.length >= 500) return;
    const last = values.at(-1) ?? "";
    if (this.#previousChars < WRAP_CHARS && !last.startsWith("{")) values.push(text);
    else
      values[values.length - 1] =
        `${last}${last.startsWith("{") && last.endsWith(",") ? " " : ""}${text}`.slice(0, 4_000);
  }
}

function elementsOf(value: string): readonly string[] {
  const list = /^\{(.*)\}$/su.exec(value)?.[1];
  if (list === undefined) return value === "" || value === "$null" ? [] : [value];
  return list
    .split(/, ?/u)
    .map((one) => one.trim().replace(/(?:\.\.\.|\u2026)$/u, ""))
    .filter((one) => one !== "");
}
