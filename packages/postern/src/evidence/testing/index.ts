export { deflatedZeros } from "./bomb.ts";
export { makeScratch } from "./scratch.ts";
export type { Scratch } from "./scratch.ts";
export { takeIn, textOf } from "./take-in.ts";
export type { TakenIn } from "./take-in.ts";
export { writeZip } from "./zip-writer.ts";
export type { ZipPart, ZipShape } from "./zip-writer.ts";
