export { readBasic } from "./basic.ts";
export { readCurly } from "./curly.ts";
export { TOKEN_LIMIT, token, type Token } from "./token.ts";
