export { assessOrigins, type OriginKnowledge, type ServerOrigins } from "./assess-origins.ts";
export { draftFromOrigins } from "./origin-drafts.ts";
