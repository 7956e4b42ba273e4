import { readFileSync } from "node:fs";

import type { Placeholders } from "@postern/sigma";
import { parse } from "yaml";

import { messageOf, PosternError } from "../core/index.ts";

/**
 * Reads values for the placeholders of rules (`%Administrators%`): a YAML or JSON map of names to one value or a list.
 * @throws PosternError USAGE when the file cannot be read or is no such map
 */
export function readPlaceholders(file: string): Placeholders {
  const data = readMap(file);
  const values = Object.entries(data).map(([name, value]): [string, (string | number)[]] => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    const known = list.filter((one) => typeof one === "string" || typeof one === "number");
    if (known.length < list.length || list.length === 0)
      throw new PosternError("USAGE", `${file}: ${name} needs a text, a number or a list of them`, { file });
    return [name, known];
  });
  return Object.fromEntries(values);
}

function readMap(file: string): Readonly<Record<string, unknown>> {
  let data: unknown;
  try {
    data = parse(readFileSync(file, "utf8"));
  } catch (thrown) {
    const message = `placeholders cannot be read: ${file} (${messageOf(thrown)})`;
    throw new PosternError("USAGE", message, { file }, thrown);
  }
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw new PosternError("USAGE", `${file} must be a map of names to values`, { file });
  return { ...data };
}
