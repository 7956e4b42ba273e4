export type { GivenIndicator, GivenKind, GivenList } from "./given-indicator.ts";
export { createGivenMatcher, type GivenMatcher, type GivenMeaning } from "./given-matcher.ts";
export { readGivenList } from "./read-given.ts";
export { indicatorOfTip, readTip, readTips, type TipGiven, type TipsRead } from "./read-tips.ts";
