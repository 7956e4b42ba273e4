export { SCENARIOS, buildScenario } from "./scenarios.ts";
export type {
  BuiltScenario,
  Scenario,
  ScenarioId,
  ScenarioOptions,
  ScenarioTruth,
  TrueServer,
} from "./scenarios.ts";
export type { Oddity, PlantKind, PlantedRow } from "./ledger.ts";
export type { BuiltFile } from "./tree.ts";
export { scenarioTruth, writeScenario } from "./write.ts";
export { writeBulkLogs } from "./bulk.ts";
export type { BulkOptions, BulkResult } from "./bulk.ts";
