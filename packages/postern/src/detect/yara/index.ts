export * from "./engine.ts";
export { createLibyaraWasm } from "./libyara-wasm.ts";
