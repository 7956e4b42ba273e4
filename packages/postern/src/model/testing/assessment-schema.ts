import { findSchemaFaults } from "./schema-faults.ts";

/**
 * Compares a value with the published JSON Schema of the assessment.
 * @param value what `case.json` or `assess --json` holds, already parsed
 * @returns one line for each fault, `<place> <what is wrong>`; empty when it fits
 */
export function findAssessmentFaults(value: unknown): readonly string[] {
  return findSchemaFaults("assessment.schema.json", value);
}
