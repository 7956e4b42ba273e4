import { PosternError, type HashingSource } from "../core/index.ts";
import type { BuildObservation, MitigationObservation } from "../artifacts/index.ts";
import { findLogSign, serverName } from "../events/index.ts";
import type { EvidenceItem } from "../evidence/index.ts";
import type { Damage, Event } from "../model/index.ts";
import { DamageLog } from "./damage-log.ts";
import { EventSpool } from "./event-spool.ts";
import { ItemClients } from "./item-clients.ts";
import { ItemCounts } from "./item-counts.ts";
import { ItemMail, NO_MAIL, type MailFacts } from "./item-mail.ts";
import { ItemMatches } from "./item-matches.ts";
import type { ItemExported } from "./item-exported.ts";
import type { JudgedFile, JudgedSettings } from "./item-result.ts";
import { LogFactsSeen } from "./log-facts.ts";
import type { CollectionFacts } from "./collection-facts.ts";
import { Repeats } from "./repeats.ts";
import type { ScanContext } from "./scan-context.ts";
import { serverKeyOf } from "./server-key.ts";
import { sourceOf } from "./source-id.ts";

/** Everything that the scan of one item gathers. Lives as long as the item is read. */
export class ItemScan {
  readonly item: EvidenceItem;
  readonly source: HashingSource;
  /** Server as `--server` or a manifest says, in the form in which names are compared. */
  readonly serverHint: string | null;
  readonly matches: ItemMatches = new ItemMatches();
  readonly damage: DamageLog = new DamageLog();
  readonly clients: ItemClients = new ItemClients();
  readonly counts: ItemCounts = new ItemCounts();
  /** Null when events are not put aside. */
  readonly spool: EventSpool | null;
  readonly #context: ScanContext;
  readonly repeats: Repeats;
  readonly #mail: ItemMail | null;
  readonly #path: string;
  readonly logs: LogFactsSeen = new LogFactsSeen();
  records = 0;
  damaged = 0;
  /** Lines of a text log, and whether what follows them is read as what follows the log's opening. */
  lines = 0;
  asOpened = false;
  note = "";
  observations: readonly BuildObservation[] = [];
  mitigations: readonly MitigationObservation[] = [];
  file: JudgedFile | null = null;
  settings: JudgedSettings | null = null;
  collected: CollectionFacts | null = null;
  exported: ItemExported | null = null;
  clocks: readonly string[] = [];

  constructor(item: EvidenceItem, source: HashingSource, context: ScanContext) {
    this.item = item;
    this.source = source;
    this.serverHint = serverName(item.server);
    this.#context = context;
    this.#mail = context.mail === null ? null : new ItemMail(context.mail);
    this.spool = context.spool === null ? null : new EventSpool(context.spool, context.stage, item.index);
    this.repeats = new Repeats(this.matches, this.spool);
    this.#path = item.logicalPath ?? item.origin;
  }

  /** Takes one normalized record: counts it, and keeps it when a rule matches. */
  addEvent(event: Event): void {
    const serverKey = serverKeyOf(event, this.serverHint, this.item.index);
    this.counts.addEvent(event, serverKey, sourceOf(event, this.#path));
    this.clients.addParsed(event.ecs["source.ip"]);
    const sign = findLogSign(event);
    if (sign !== null) this.logs.addSign({ serverKey, sign, event });
    this.matchEvent(event, serverKey);
  }

  /** Searches a record (or a line that is none) with the rules, without counting it. */
  matchEvent(event: Event, serverKey: string = serverKeyOf(event, this.serverHint, this.item.index)): void {
    const rules = this.#context.matcher.match(event);
    this.matches.add(rules, event, serverKey);
    this.repeats.learn(event, rules, serverKey);
    this.#mail?.add(event, serverKey);
    if (this.spool !== null && (rules.length > 0 || this.spool.all)) this.spool.add(rules, event, serverKey);
  }

  /** What it says of mail access. */
  mail(): MailFacts {
    return this.#mail?.list() ?? NO_MAIL;
  }

  /** See {@link ItemMail.addPart}. */
  addMailPart(part: MailFacts, lines: number): boolean {
    return this.#mail?.addPart(part, lines) ?? true;
  }

  addDamage(damage: Damage): void {
    this.damage.add(damage);
  }

  /** Between two blocks: tells progress and stops when asked to. @throws PosternError INTERRUPTED */
  breathe(): void {
    this.#context.onBytes(this.source.progressBytes);
    if (this.#context.isStopped())
      throw new PosternError("INTERRUPTED", "interrupted", { item: this.item.origin });
  }
}
