import type { JsonPlace } from "./json-place.ts";

/** A role that reaches into all mailboxes. */
export interface ReachingRole {
  readonly role: string;
  /** Role groups that hold it from the start. */
  readonly heldBy: readonly string[];
  /** What it lets somebody do, in words that follow "may". */
  readonly what: string;
}

/** What Exchange sets up by itself (knowledge/exchange-state.json). Names have no domain. */
export interface ExchangeStateFacts {
  /** Accounts and groups that have rights on every mailbox by installation. */
  readonly ownTrustees: readonly string[];
  /** Names that stand for everybody. */
  readonly everybody: readonly string[];
  readonly reachingRoles: readonly ReachingRole[];
  /** Groups whose members rule the organisation or read in it. */
  readonly adminGroups: readonly string[];
  /** Rules that every mailbox has and that only -IncludeHidden shows. */
  readonly hiddenRules: readonly string[];
}

/** Reads the file. @throws PosternError KNOWLEDGE_INVALID */
export function readExchangeState(root: JsonPlace, sources: ReadonlySet<string>): ExchangeStateFacts {
  const values = (key: string): readonly string[] => root.at(key).values(sources);
  return {
    ownTrustees: values("ownTrustees"),
    everybody: values("everybody"),
    reachingRoles: root
      .at("reachingRoles")
      .list()
      .map((row) => {
        row.at("sources").sources(sources);
        return {
          role: row.at("role").text(),
          heldBy: row
            .at("heldBy")
            .list()
            .map((one) => one.text()),
          what: row.at("what").text(),
        };
      }),
    adminGroups: values("adminGroups"),
    hiddenRules: values("hiddenRules"),
  };
}
