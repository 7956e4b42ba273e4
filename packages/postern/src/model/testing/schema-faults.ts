import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";

const SCHEMAS = join(import.meta.dirname, "../../../../../docs/schema");

/** Compares a parsed value with a published JSON Schema; one line for each fault, `<place> <what is wrong>`; empty when it fits. */
export function findSchemaFaults(file: string, value: unknown): readonly string[] {
  const schema: unknown = JSON.parse(readFileSync(join(SCHEMAS, file), "utf8"));
  if (typeof schema !== "object" || schema === null) return ["the schema is not an object"];
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    (fault) =>
      `${fault.instancePath || "/"} ${fault.message ?? fault.keyword} ${JSON.stringify(fault.params)}`,
  );
}
