export { runCase, type CaseOptions } from "./case/index.ts";
export * from "./model/index.ts";
