import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** As much of the WebAssembly interface as is used here; the types of browsers, which would declare it, are not ours. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

// eslint-disable-next-line postern/no-type-assertion -- every Node has it under this name (https://nodejs.org/api/globals.html#webassembly)
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface };

/** Exports of kernels/text-block.ts. */
export interface KernelExports {
  findLines(...places: readonly number[]): number;
  cutLines(...places: readonly number[]): number;
  readShapes(...places: readonly number[]): void;
  scanWords(...places: readonly number[]): number;
  scanFew(...places: readonly number[]): number;
  readClients(...places: readonly number[]): void;
  collectClients(clients: number, from: number, to: number, set: number, mask: number): number;
  findClients(clients: number, count: number, set: number, mask: number, out: number): number;
  passHour(stamps: number, marks: number, from: number, to: number, hour: number, out: number): number;
  cutLine(start: number, end: number, delimiter: number, out: number, limit: number): number;
  numberOfValues(...places: readonly number[]): number;
  settle(...places: readonly number[]): number;
  dropSettled(...places: readonly number[]): void;
}

/** The kernels with a memory of their own. */
export interface KernelInstance {
  readonly buffer: ArrayBuffer;
  readonly exports: KernelExports;
}

const MODULE_FILE = fileURLToPath(new URL("../../wasm/text-block.wasm", import.meta.url));

/** Compiles the kernels over so many pages (64 KiB each) of new memory; null where they are missing. */
export function loadKernels(pages: number): KernelInstance | null {
  if (!existsSync(MODULE_FILE)) return null;
  const memory = new WebAssembly.Memory({ initial: pages });
  const compiled = new WebAssembly.Module(readFileSync(MODULE_FILE));
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  // eslint-disable-next-line postern/no-type-assertion -- the exports of our own module, which tests call one by one
  return { buffer: memory.buffer, exports: instance.exports as KernelExports };
}
