/** `npx tsx scripts/validate-assessment.ts FILE...`: do these assessments fit docs/schema/assessment.schema.json? */
import { readFile } from "node:fs/promises";
import { findAssessmentFaults } from "../packages/postern/src/model/testing/index.ts";

const files = process.argv.slice(2);
if (files.length === 0) console.error("Name at least one case.json.");
const counts = await Promise.all(
  files.map(async (file) => {
    const faults = findAssessmentFaults(JSON.parse(await readFile(file, "utf8")));
    for (const fault of faults) console.error(`${file}: ${fault}`);
    return faults.length;
  }),
);
process.exitCode = files.length > 0 && counts.every((count) => count === 0) ? 0 : 1;
