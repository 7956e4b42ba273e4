export type { Instance, InstanceValue, Xml, XmlElement } from "./binxml-writer.ts";
export { eventBody, eventDataTemplate, numberedRecords } from "./event.ts";
export type { NewEvent } from "./event.ts";
export { resealHeader, writeChunk, writeFileHeader, writeLog } from "./log-writer.ts";
export type { NewLogOptions, NewRecord } from "./log-writer.ts";
export * from "./values.ts";
export { readBack } from "./read-back.ts";
export type { ReadBack } from "./read-back.ts";
