import { messageOf } from "../../../core/index.ts";
import { parseIndicatorFile } from "../indicator-file.ts";
import type { GivenList } from "./given-indicator.ts";
import { isRow, rowsOf } from "./json-rows.ts";
import { ListBuilder } from "./list-builder.ts";
import { isMisp, isMispManifest, readMisp } from "./read-misp.ts";
import { readOpenIoc } from "./read-openioc.ts";
import { readStix } from "./read-stix.ts";
import { findDelimiter, readPlainList, readTable } from "./read-table.ts";
import { createServiceLookup } from "./shared-service.ts";

/**
 * Reads a list of indicators in any of the forms that are understood: STIX 2.1, MISP JSON, OpenIOC, a table with a head, a plain list.
 * What stands in it decides, not its name. Nothing is left out silently: whatever is not used is a problem or counted.
 */
export function readGivenList(text: string, file: string): GivenList {
  const list = new ListBuilder(file, createServiceLookup());
  const start = text.replace(/^\ufeff/u, "").trimStart();
  if (/^[{[]/u.test(start) && !/^\[[^\]]*\]\S/u.test(start.slice(0, 200))) return readJson(start, list, file);
  if (start.startsWith("<")) return readXml(start, list);
  const delimiter = findDelimiter(text);
  if (delimiter !== null) {
    readTable(text, delimiter, list);
    return list.finish("csv");
  }
  readPlainList(text, list);
  return list.finish("plain");
}

function readXml(text: string, list: ListBuilder): GivenList {
  if (/<(?:\w+:)?(?:ioc|OpenIOC)\b/u.test(text.slice(0, 4_000))) readOpenIoc(text, list);
  else
    list.refuse(
      1,
      "this XML is no OpenIOC document",
      "STIX 1 and other XML are not read: ask for STIX 2.1, MISP JSON or a table.",
    );
  return list.finish("openioc");
}

function readJson(text: string, list: ListBuilder, file: string): GivenList {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (thrown) {
    list.refuse(
      lineOfFault(text, messageOf(thrown)),
      `the file is no JSON: ${messageOf(thrown)}`,
      "It may be cut: fetch it again.",
    );
    return list.finish("stix");
  }
  if (isMispManifest(root)) {
    list.refuse(
      1,
      "this is the index of a MISP feed and holds no indicators",
      "Give the folder of the feed, or its event files.",
    );
    return list.finish("misp");
  }
  if (isMisp(root)) {
    readMisp(root, list);
    return list.finish("misp");
  }
  if (isRow(root) && "asOf" in root) return readOwnForm(text, list, file);
  const objects = isRow(root) ? (root["objects"] ?? [root]) : root;
  if (!rowsOf(objects).some((object) => typeof object["type"] === "string"))
    list.refuse(
      1,
      "this JSON is neither STIX 2.1 nor MISP",
      "Ask for one of them, or make a table with the columns type and value.",
    );
  else readStix(objects, list);
  return list.finish("stix");
}

/** V8 says at which character it stopped, not always on which line. */
function lineOfFault(text: string, message: string): number {
  const at = Number(/position (\d+)/u.exec(message)?.[1] ?? (/ end of /u.test(message) ? text.length : 0));
  return text.slice(0, at).split("\n").length;
}

/** A pack's own indicators.json. */
function readOwnForm(text: string, list: ListBuilder, file: string): GivenList {
  const { indicators, problems } = parseIndicatorFile(text, file);
  const at = { line: 1, place: "" };
  for (const row of indicators.addresses)
    list.add({
      ...at,
      type: "ip",
      value: row.value,
      from: row.from,
      to: row.to,
      confidence: row.confidence,
      note: row.note ?? "",
    });
  for (const row of indicators.hashes)
    list.add({ ...at, type: "sha256", value: row.sha256, confidence: row.confidence, note: row.note ?? "" });
  for (const row of indicators.domains)
    list.add({ ...at, type: "domain", value: row.value, confidence: row.confidence, note: row.note ?? "" });
  for (const row of indicators.userAgents)
    list.add({
      ...at,
      type: "user-agent",
      value: row.value,
      confidence: row.confidence,
      note: row.note ?? "",
    });
  for (const row of indicators.pageNames)
    list.add({
      ...at,
      type: "filename",
      value: row.name,
      folder: row.folder,
      confidence: row.confidence,
      note: row.note ?? "",
    });
  for (const row of indicators.files)
    list.add({
      ...at,
      type: "filename",
      value: row.name,
      folder: row.path,
      confidence: row.confidence,
      note: row.note ?? "",
    });
  indicators.parameters.forEach(() => list.skip("parameter"));
  for (const problem of problems)
    list.fault({ line: problem.at.line, place: "" }, problem.message, "Correct the row.");
  return list.finish("plain");
}
