export { HOSTILE, hostileAssessment } from "./hostile-assessment.ts";
export { findStixFaults } from "./stix-schemas.ts";
