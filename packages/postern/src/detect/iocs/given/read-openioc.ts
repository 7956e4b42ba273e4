import { SaxesParser } from "saxes";

import { messageOf } from "../../../core/index.ts";
import type { ListBuilder } from "./list-builder.ts";

/**
 * Reads the items of an OpenIOC document, each by itself: what it asks for together cannot be checked in one record, so that each is of low
 * confidence. https://github.com/fireeye/OpenIOC_1.1
 */
export function readOpenIoc(text: string, list: ListBuilder): void {
  const parser = new SaxesParser();
  let search = "";
  let condition = "is";
  let content: string | null = null;
  let line = 1;
  parser.on("opentag", (tag) => {
    const name = tag.name.replace(/^.*:/u, "");
    if (name === "IndicatorItem") condition = attributeOf(tag.attributes, "condition") ?? "is";
    else if (name === "Context") search = attributeOf(tag.attributes, "search") ?? "";
    else if (name === "Content") {
      content = "";
      line = parser.line;
    }
  });
  parser.on("text", (part) => {
    if (content !== null) content += part;
  });
  parser.on("closetag", (tag) => {
    if (tag.name.replace(/^.*:/u, "") !== "Content" || content === null) return;
    const kind = search.toLowerCase();
    if (condition === "is" || condition === "contains")
      list.add({
        type: kind,
        value: content,
        line,
        place: search,
        confidence: "low",
        note: "from an OpenIOC document",
      });
    else list.skip(`${kind} ${condition}`);
    content = null;
  });
  try {
    parser.write(text).close();
  } catch (thrown) {
    list.fault(
      { line: parser.line, place: "" },
      `the document is broken here: ${messageOf(thrown).slice(0, 160)}`,
      "What stands before it was read; repair the document for the rest.",
    );
  }
}

function attributeOf(attributes: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = attributes[name];
  return typeof value === "string" ? value : null;
}
