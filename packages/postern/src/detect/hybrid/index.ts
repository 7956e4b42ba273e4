export { HYBRID_SIGNS_PACK, hybridSignMatcher } from "./hybrid-signs.ts";
