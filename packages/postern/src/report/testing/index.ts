export { compromised } from "./compromised.ts";
export { HOSTILE_TEXTS, hostile } from "./hostile.ts";
export { attempted, cannotTell, noEvidence, noTrace } from "./others.ts";
