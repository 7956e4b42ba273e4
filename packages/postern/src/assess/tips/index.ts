export { assessTips, type TipLookedFor } from "./assess-tips.ts";
