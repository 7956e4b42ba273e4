import type { EvidenceItem } from "../evidence/index.ts";
import { fromBytes, hashingSource } from "../core/index.ts";
import type { DamageCount } from "./damage-log.ts";
import type { ClientsPart } from "./item-clients.ts";
import type { CountsPart } from "./item-counts.ts";
import type { MailFacts } from "./item-mail.ts";
import { furtherDown, type MatchesPart } from "./item-matches.ts";
import { ItemScan } from "./item-scan.ts";
import type { LogFacts } from "./log-facts.ts";
import type { ScanContext } from "./scan-context.ts";

/** What some lines of a text log gave, read as if there were none before them but the log's opening. Plain data: workers send it. */
export interface LinesPart {
  readonly piece: number;
  /** Lines, those of headers and empty ones among them. */
  readonly lines: number;
  /** True when the lines that follow are read as if they stood right behind the log's opening. */
  readonly asOpened: boolean;
  readonly records: number;
  readonly damaged: number;
  readonly counts: CountsPart;
  readonly matches: MatchesPart;
  readonly mail: MailFacts;
  readonly damage: readonly DamageCount[];
  readonly logs: LogFacts;
  readonly clients: ClientsPart;
}

/** What the scan of some lines gathered. */
export function toLinesPart(scan: ItemScan, piece: number): LinesPart {
  const { lines, asOpened, records, damaged, counts, matches, damage, logs, clients } = scan;
  return {
    ...{ piece, lines, asOpened, records, damaged },
    counts: counts.part(),
    matches: matches.part(),
    mail: scan.mail(),
    damage: damage.list(),
    logs: logs.list(),
    clients: clients.part(),
  };
}

/**
 * Puts a text log together out of pieces that were read by themselves, in their order. What comes of it is the same as if it had been read at one go; where
 * that is not sure (another header further down, more matches than are kept one by one), it says so, and the log must be.
 */
export class LinesJoin {
  readonly #scan: ItemScan;
  /** Lines so far. */
  #lines = 0;
  #isSure = true;
  /** True while the next piece is read as if it stood right behind the log's opening. */
  #goesOn = true;

  /** @param context as for an item that is read at one go */
  constructor(item: EvidenceItem, context: ScanContext) {
    this.#scan = new ItemScan(item, hashingSource(fromBytes(new Uint8Array(0)), false), context);
  }

  /** Takes what the next piece gave; null when it could not be read. */
  add(part: LinesPart | null): void {
    const scan = this.#scan;
    this.#isSure &&= part !== null && this.#goesOn;
    if (part === null) return;
    this.#goesOn = part.asOpened;
    const lines = this.#lines;
    const areSure = [
      scan.matches.addPart(part.matches, lines),
      scan.addMailPart(part.mail, lines),
      scan.spool?.addPiece(part.piece, lines) ?? true,
    ];
    scan.counts.addPart(part.counts);
    this.#isSure &&= areSure.every(Boolean) && !scan.counts.isFull;
    scan.damage.addCounts(part.damage.map((one) => ({ ...one, example: furtherDown(one.example, lines) })));
    for (const sign of part.logs.signs) scan.logs.addSign({ ...sign, event: furtherDown(sign.event, lines) });
    scan.clients.addPart(part.clients);
    scan.records += part.records;
    scan.damaged += part.damaged;
    this.#lines += part.lines;
  }

  /** Ends what was gathered of all pieces. @returns null when the log must be read at one go */
  end(): ItemScan | null {
    this.#scan.spool?.close();
    return this.#isSure ? this.#scan : null;
  }
}
