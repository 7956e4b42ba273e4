/*
 * Kernels over a block of text, in AssemblyScript (https://www.assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
 * They do in a few instructions for sixteen bytes what takes JavaScript some for each. Every one has a twin in plain JavaScript,
 * which is used where this module is missing and with which tests compare it: core/line-blocks.ts, core/literal-filter.ts,
 * artifacts/text-log/line-shape.ts. All places are offsets into this module's memory, which the caller lays out; reads may go up to
 * 63 bytes beyond the text, never beyond the memory.
 */

export { collectClients, findClients, readClients } from "./clients";
export * from "./line-values";
export { cutLines, findLines, passHour, readShapes } from "./lines";
export { scanFew, scanWords } from "./literals";
