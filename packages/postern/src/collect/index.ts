export { renderKape, type KapePlaces } from "./kape.ts";
export { renderPowershell } from "./powershell.ts";
export { renderVelociraptor } from "./velociraptor.ts";
export {
  collectTree,
  DEFAULT_LIMITS,
  type CollectionLimits,
  type TreeOptions,
  type TreeResult,
} from "./collect-tree.ts";
export { findDrives, type ServerDrives } from "./windows-tree.ts";
