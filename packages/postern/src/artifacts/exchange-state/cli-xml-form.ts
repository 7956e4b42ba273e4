import {
  walkCliElements,
  type CliElement,
  type CliElementHandler,
  type PlaceOf,
} from "../exchange-build/cli-xml.ts";
import { decodeHead } from "../exchange-build/decoded-text.ts";
import { MemberCollector, type StateForm, type TakeObject } from "./state-object.ts";

// Elements of Export-Clixml: MS-PSRP 2.2.5. <Obj> holds <TN> (class names) or <TNRef>, <ToString>, <Props> and <MS> (members, each with
// its name in N), and a list (<LST>, <IE>, <STK>, <QUE>) or a dictionary (<DCT>) when it is one. <Ref> repeats an earlier object.

/** Export-Clixml. */
export const cliXmlForm: StateForm = {
  id: "cli-xml",
  identify: (head) =>
    /^\s{0,40}<Objs\s[^>]{0,200}schemas\.microsoft\.com\/powershell\//u.test(
      decodeHead(head.subarray(0, 1_024)),
    ),
  parse: (bytes, item, take) => walkCliElements(bytes, item, (placeOf) => new ObjectWalk(placeOf, take)),
};

/** Class names and texts of earlier objects that may be referred to; a hostile file must not fill the memory with them. */
const MAX_REFERENCES = 200_000;
const MAX_TYPES = 12;
const MAX_TEXT_CHARS = 4_000;

interface ObjectLevel {
  readonly kind: "object";
  readonly element: CliElement;
  types: readonly string[];
  text: string | null;
  /** Texts that stand in it without a name: elements of a list, or the number of an enumeration. */
  readonly elements: string[];
  readonly members: MemberCollector;
  /** True when it is a list or a dictionary. */
  isList: boolean;
}

interface OtherLevel {
  readonly kind: "other";
  readonly element: CliElement;
  readonly types: string[];
}

type Level = ObjectLevel | OtherLevel;

/** Builds objects from the inside out; each is offered when it is complete, whatever it is nested in. */
class ObjectWalk implements CliElementHandler {
  readonly #placeOf: PlaceOf;
  readonly #take: TakeObject;
  readonly #levels: Level[] = [];
  readonly #typesOf = new Map<string, readonly string[]>();
  readonly #textOf = new Map<string, string>();

  constructor(placeOf: PlaceOf, take: TakeObject) {
    this.#placeOf = placeOf;
    this.#take = take;
  }

  open(element: CliElement): void {
    if (element.element === "Obj" || element.element === "En")
      this.#levels.push({
        kind: "object",
        element,
        types: [],
        text: null,
        elements: [],
        members: new MemberCollector(),
        isList: false,
      });
    else {
      const owner = this.#owner();
      if (LISTS.has(element.element) && owner !== null) owner.isList = true;
      this.#levels.push({ kind: "other", element, types: [] });
    }
  }

  close(text: string | null, end: number, line: number): void {
    const level = this.#levels.pop();
    if (level === undefined) return;
    const owner = this.#owner();
    if (level.kind === "object") this.#closeObject(level, owner, { end, line });
    else this.#closeOther(level, owner, text);
  }

  #closeOther({ element, types }: OtherLevel, owner: ObjectLevel | null, text: string | null): void {
    const { element: name, member, refId } = element;
    const parent = this.#levels.at(-1);
    if (name === "T" && parent?.kind === "other") {
      if (parent.types.length < MAX_TYPES)
        parent.types.push((text ?? "").replace(/^Deserialized\./u, "").slice(0, 200));
    } else if (name === "TN") {
      if (owner !== null) owner.types = types;
      if (refId !== null && this.#typesOf.size < MAX_REFERENCES) this.#typesOf.set(refId, types);
    } else if (owner === null || STRUCTURE.has(name)) return;
    else if (name === "TNRef") owner.types = this.#typesOf.get(refId ?? "") ?? [];
    else if (name === "ToString") owner.text = (text ?? "").slice(0, MAX_TEXT_CHARS);
    else if (name === "Ref") attach(owner, member, this.#textOf.get(refId ?? "") ?? null);
    else if (name === "Nil") attach(owner, member, null);
    else if (name !== "BA") attach(owner, member, text);
  }

  #closeObject(
    level: ObjectLevel,
    owner: ObjectLevel | null,
    at: { readonly end: number; readonly line: number },
  ): void {
    const { element, types, members } = level;
    const known = members.finish();
    if (element.element === "Obj" && members.size > 1 && !level.isList)
      this.#take({ types, members: known, at: this.#placeOf(element.start, at.end, at.line) });
    const values = textsOf(level);
    if (element.refId !== null && values[0] !== undefined && this.#textOf.size < MAX_REFERENCES)
      this.#textOf.set(element.refId, values[0].slice(0, 300));
    if (owner === null) return;
    if (values.length === 0) attach(owner, element.member, null);
    for (const value of values) attach(owner, element.member, value);
  }

  /** The object that an element belongs to. */
  #owner(): ObjectLevel | null {
    for (let depth = this.#levels.length - 1; depth >= 0; depth--) {
      const level = this.#levels[depth];
      if (level?.kind === "object") return level;
    }
    return null;
  }
}

const LISTS: ReadonlySet<string> = new Set(["LST", "IE", "STK", "QUE", "DCT"]);
/** Elements that only group others. */
const STRUCTURE: ReadonlySet<string> = new Set([
  "Objs",
  "Props",
  "MS",
  "LST",
  "IE",
  "STK",
  "QUE",
  "DCT",
  "TN",
  "T",
]);
const MAX_ELEMENTS = 500;

function attach(owner: ObjectLevel, member: string | null, text: string | null): void {
  if (member === null) {
    if (text !== null && owner.elements.length < MAX_ELEMENTS)
      owner.elements.push(text.slice(0, MAX_TEXT_CHARS));
  } else if (text === null) owner.members.addEmpty(member);
  else owner.members.add(member, text);
}

/** What an object is worth as a value of another: its elements, a name with its value, or its text. */
function textsOf(level: ObjectLevel): readonly string[] {
  if (level.isList) return level.elements;
  const members = level.members.finish();
  const name = (members.get("name") ?? members.get("key"))?.[0];
  const value = members.get("value");
  if (name !== undefined && value !== undefined) return [`${name}: ${value.join(", ")}`];
  if (level.text !== null) return [level.text];
  return level.elements.slice(0, 1);
}
