import { least, most } from "../../core/index.ts";
import {
  createOrganisation,
  judgeState,
  stateValue,
  type Lead,
  type Organisation,
  type StateStatement,
} from "../../detect/index.ts";
import type { Knowledge } from "../../knowledge/index.ts";
import type { ItemResult } from "../../scan/index.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { namedServer } from "./named-server.ts";
import { serverOfExport } from "./server-of-export.ts";

/** An exported object, the item that holds it and the server that it is about. */
export interface CaseStatement extends StateStatement {
  readonly item: ItemResult;
  /** Id of the server that it names, else of the server that its export came with. */
  readonly server: string;
}

/** What all exports of a case say. */
export interface CaseState {
  readonly statements: readonly CaseStatement[];
  readonly organisation: Organisation;
  readonly leads: readonly { readonly lead: Lead; readonly statement: CaseStatement }[];
}

/** Gathers the exported state of all items: one object is judged by others that lie in other files. */
export function gatherState(items: readonly ItemResult[], map: ServerMap, knowledge: Knowledge): CaseState {
  const names = new Map(map.servers.map((server) => [server.name, server.id] as const));
  const statements = items.flatMap((item) => {
    const kept = item.exported?.kept ?? [];
    const own = kept.length === 0 ? "" : serverOfExport(item, map).id;
    const groupOf = groupInName(item.name);
    return kept.map((entry): CaseStatement => {
      const named = namedServer(entry);
      const server = (named === null ? undefined : names.get(named)) ?? own;
      const values =
        entry.kind === "role-group-member" &&
        groupOf !== null &&
        stateValue(entry, "rolegroup", "group") === ""
          ? { ...entry.values, rolegroup: [groupOf] }
          : entry.values;
      return { ...entry, values, item, server };
    });
  });
  const organisation = createOrganisation(statements, knowledge.exchangeState, windowOf(items));
  const leads: { readonly lead: Lead; readonly statement: CaseStatement }[] = [];
  judgeState(statements, organisation, (lead, statement) => leads.push({ lead, statement }));
  return { statements, organisation, leads };
}

/** Get-RoleGroupMember does not say of which group: exports name it in a column or in the file's name. */
function groupInName(name: string): string | null {
  const plain = name.replace(/[_.-]+/gu, " ").toLowerCase();
  return GROUPS.find((group) => plain.includes(group.toLowerCase())) ?? null;
}

const GROUPS: readonly string[] = [
  "Organization Management",
  "Discovery Management",
  "Recipient Management",
  "Server Management",
];

/** From the first to the last record of all logs. */
function windowOf(items: readonly ItemResult[]): Organisation["window"] {
  const tallies = items.flatMap((item) => item.tallies);
  return {
    firstMs: tallies.reduce<number | null>((found, tally) => least(found, tally.firstMs), null),
    lastMs: tallies.reduce<number | null>((found, tally) => most(found, tally.lastMs), null),
  };
}
