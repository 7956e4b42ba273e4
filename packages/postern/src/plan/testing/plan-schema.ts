import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";

const SCHEMA_FILE = join(import.meta.dirname, "../../../../../docs/schema/plan.schema.json");

/** Compares a value with the published JSON Schema of the plan; one line for each fault, empty when it fits. */
export function findPlanFaults(value: unknown): readonly string[] {
  const schema: unknown = JSON.parse(readFileSync(SCHEMA_FILE, "utf8"));
  if (typeof schema !== "object" || schema === null) return ["the schema is not an object"];
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    (fault) =>
      `${fault.instancePath || "/"} ${fault.message ?? fault.keyword} ${JSON.stringify(fault.params)}`,
  );
}
