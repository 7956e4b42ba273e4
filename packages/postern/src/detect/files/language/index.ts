export { readBasic } from "./basic.ts";
export { readCurly } from "./curly.ts";
export { token, type Token } from "./token.ts";
