import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** OASIS's own schemas; see the README there. */
const FOLDER = join(import.meta.dirname, "../../../../../fixtures/stix-2.1");

type Row = Readonly<Record<string, unknown>>;

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readSchemas(): ReadonlyMap<string, Row> {
  const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
  return new Map(
    files.sort().map((name) => {
      const schema: unknown = JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
      if (!isRow(schema)) throw new Error(`${name} is no schema`);
      return [name.replace(/^.*[\\/]|\.json$/gu, ""), schema] as const;
    }),
  );
}

/**
 * Holds a bundle against OASIS's schemas and against what they cannot say: every reference leads to an object of the bundle, no id twice.
 * @returns one line for each fault
 */
export function findStixFaults(text: string): readonly string[] {
  const bundle: unknown = JSON.parse(text);
  if (!isRow(bundle) || bundle["type"] !== "bundle" || !Array.isArray(bundle["objects"]))
    return ["no bundle"];
  const faults = "spec_version" in bundle ? ["a bundle of STIX 2.1 has no spec_version"] : [];
  const schemas = readSchemas();
  const ajv = new Ajv2020({ strict: false, allErrors: true, unicodeRegExp: false, validateFormats: false });
  for (const schema of schemas.values()) ajv.addSchema(schema);
  const compiled = new Map<string, ValidateFunction>();
  const objects = bundle["objects"].filter(isRow);
  const ids = objects.map((object) => String(object["id"]));
  if (new Set(ids).size !== ids.length) faults.push("an id stands twice");
  for (const object of objects) {
    const type = String(object["type"]);
    const schema = schemas.get(type);
    if (schema === undefined) {
      faults.push(`no schema for ${type}`);
      continue;
    }
    const validate = compiled.get(type) ?? ajv.compile({ $ref: String(schema["$id"]) });
    compiled.set(type, validate);
    if (!validate(object))
      for (const fault of validate.errors ?? [])
        faults.push(`${String(object["id"])}${fault.instancePath} ${fault.message ?? fault.keyword}`);
    if (object["spec_version"] !== "2.1") faults.push(`${String(object["id"])} has no spec_version 2.1`);
    for (const ref of referencesOf(object))
      if (!ids.includes(ref)) faults.push(`${String(object["id"])} leads to ${ref}, which is not there`);
  }
  return faults;
}

function referencesOf(object: Row): readonly string[] {
  return Object.entries(object).flatMap(([name, value]) => {
    if (/_ref$/u.test(name) && typeof value === "string") return [value];
    if (/_refs$/u.test(name) && Array.isArray(value)) return value.map(String);
    return [];
  });
}
