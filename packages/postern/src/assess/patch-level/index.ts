export { extendedProtectionOf } from "./extended-protection.ts";
export { assessPatch, type PatchInput } from "./assess-patch.ts";
export { describePatch, patchReport, type LackingCve, type PatchReport } from "./patch-report.ts";
export { fixedSpans, type FixSpan } from "./spans.ts";
