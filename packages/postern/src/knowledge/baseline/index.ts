export { findCustomised, type CustomisedFiles } from "./customised.ts";
export { ListWriter, type ListAbout, type ListedFile } from "./encode-list.ts";
export { openFileList, type FileList, type ShippedAt, type ShippedThere } from "./file-list.ts";
export * from "./file-origin.ts";
export { joinLists, type GenuineLists } from "./genuine-lists.ts";
export { BASELINE_PROBLEM_CODES, listedBuildOf, parseHashTable, type HashTable } from "./hash-table.ts";
export * from "./install-path.ts";
export { readListFolder, writeListFolder, type StoredList } from "./list-folder.ts";
