export { suspectsOf } from "./suspects.ts";
export { findMailPivot, abuserAddresses, isEmptyMailPivot } from "./mail-pivot.ts";
export { collectMail, finishMail, type CollectedMail } from "./ledger.ts";
export { draftFromMail } from "./mail-findings.ts";
export { mailStatement } from "./statement.ts";
