import { findSchemaFaults } from "../../model/testing/index.ts";

/** Compares a value with the published JSON Schema of the plan; one line for each fault, empty when it fits. */
export function findPlanFaults(value: unknown): readonly string[] {
  return findSchemaFaults("plan.schema.json", value);
}
