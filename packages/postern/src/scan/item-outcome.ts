import type { DamageCount } from "./damage-log.ts";
import type { MailFacts } from "./item-mail.ts";
import type { ItemMatchGroup } from "./item-matches.ts";
import type { ItemResult } from "./item-result.ts";

/** All that reading one item gave; plain data, so that a worker can send it. */
export interface ItemOutcome {
  readonly result: ItemResult;
  readonly matches: readonly ItemMatchGroup[];
  readonly mail: MailFacts;
  readonly damage: readonly DamageCount[];
}
