import { SaxesParser } from "saxes";
import { messageOf } from "../../core/index.ts";
import { extraValues, levelText } from "./exported-event.ts";
import type { ExportedEvent } from "./exported-event.ts";
import { EMPTY_SYSTEM } from "./uniform-record.ts";
import type { EventValue } from "./uniform-record.ts";

/** An XML text that is not well formed. Never leaves this folder: it becomes damage or a repair. */
export class XmlEventError extends Error {}

/** An element with its own text, as far as an event needs it. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Deeper markup than this is no event (an event needs five levels). */
const MAX_DEPTH = 32;

/**
 * Reads one `<Event>` element as `wevtutil qe /f:xml`, `/f:RenderedXml` and the event viewer write it.
 * @returns null when the element has no event id; throws XmlEventError when it is not well formed.
 */
export function parseEventXml(text: string): ExportedEvent | null {
  const event = parseTree(text);
  const system = child(event, "System");
  const eventId = textOf(child(system, "EventID"));
  if (event.name !== "Event" || eventId === "") return null;
  const provider = child(system, "Provider")?.attributes ?? {};
  return {
    system: {
      ...EMPTY_SYSTEM,
      channel: textOf(child(system, "Channel")),
      provider: provider["Name"] ?? provider["EventSourceName"] ?? "",
      eventId,
      computer: textOf(child(system, "Computer")),
      timeCreated: child(system, "TimeCreated")?.attributes["SystemTime"] ?? "",
      recordId: textOf(child(system, "EventRecordID")),
      level: levelText(textOf(child(system, "Level"))),
      message: textOf(child(child(event, "RenderingInfo"), "Message")),
      extra: extraValues([
        ["Version", textOf(child(system, "Version"))],
        ["UserID", child(system, "Security")?.attributes["UserID"] ?? ""],
      ]),
    },
    values: [...dataValues(child(event, "EventData")), ...userValues(child(event, "UserData"))],
    repairs: [],
  };
}

/** The values of an `<EventData>` or `<UserData>` text, as Log Analytics keeps it in a column. Throws XmlEventError. */
export function parseEventDataXml(text: string): readonly EventValue[] {
  const root = parseTree(text);
  return root.name === "UserData" ? userValues(root) : dataValues(root);
}

function parseTree(text: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open: Element[] = [root];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw new XmlEventError(error.message);
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length > MAX_DEPTH) throw new XmlEventError("nested too deep");
    const element: Element = { name, attributes, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => open.pop());
  const addText = (piece: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  try {
    parser.write(withoutForbidden(text)).close();
  } catch (thrown) {
    throw thrown instanceof XmlEventError ? thrown : new XmlEventError(messageOf(thrown));
  }
  return root.children[0] ?? root;
}

/** Windows writes references such as `&#x1;` and `&#27;` that XML 1.0 forbids (section 2.2): they become blanks. */
function withoutForbidden(text: string): string {
  const plain = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, " ");
  return plain.replace(/&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));/gi, " ");
}

function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((one) => one.name === name);
}

function textOf(element: Element | undefined): string {
  return element?.text.trim() ?? "";
}

function dataValues(data: Element | undefined): readonly EventValue[] {
  return (data?.children ?? [])
    .filter((one) => one.name !== "Binary" || one.text !== "")
    .map((one) => {
      if (one.name !== "Data") return { name: one.name, value: one.text };
      return { name: one.attributes["Name"] ?? null, value: one.text };
    });
}

function userValues(data: Element | undefined): readonly EventValue[] {
  return (data?.children ?? []).flatMap((inner) =>
    inner.children.length === 0 ? [{ name: inner.name, value: inner.text }] : dataValues(inner),
  );
}
