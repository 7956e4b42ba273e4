import { least, most, PosternError, type HashingSource } from "../core/index.ts";
import type { BuildObservation, MitigationObservation, TextBatch } from "../artifacts/index.ts";
import { findLogSign, serverName } from "../events/index.ts";
import type { EvidenceItem } from "../evidence/index.ts";
import type { Damage, Event } from "../model/index.ts";
import { BuildsSeen, buildOf, findBuildText, LOG_BUILDS } from "./builds-seen.ts";
import { DamageLog } from "./damage-log.ts";
import { EventSpool } from "./event-spool.ts";
import { ItemClients } from "./item-clients.ts";
import { ItemMail, NO_MAIL, type MailFacts } from "./item-mail.ts";
import { ItemMatches } from "./item-matches.ts";
import type { ItemExported } from "./item-exported.ts";
import type { JudgedFile, JudgedSettings } from "./item-result.ts";
import { LogFactsSeen } from "./log-facts.ts";
import type { CollectionFacts } from "./collection-facts.ts";
import { Repeats } from "./repeats.ts";
import type { ScanContext } from "./scan-context.ts";
import { serverKeyOf, type ServerKey } from "./server-key.ts";
import { sourceOf, type SourceId } from "./source-id.ts";
import { Tallies, type CountedLines } from "./tallies.ts";

/** Counted lines of a text wait until the item's main source and server are known. */
interface Waiting {
  readonly hours: Map<number, number>;
  firstMs: number | null;
  lastMs: number | null;
}

/** Everything that the scan of one item gathers. Lives as long as the item is read. */
export class ItemScan {
  readonly item: EvidenceItem;
  readonly source: HashingSource;
  /** Server as `--server` or a manifest says, in the form in which names are compared. */
  readonly serverHint: string | null;
  readonly matches: ItemMatches = new ItemMatches();
  readonly damage: DamageLog = new DamageLog();
  readonly clients: ItemClients = new ItemClients();
  /** Null when events are not put aside. */
  readonly spool: EventSpool | null;
  readonly #context: ScanContext;
  readonly repeats: Repeats;
  readonly #mail: ItemMail | null;
  readonly #path: string;
  readonly #tallies = new Tallies();
  readonly #builds = new BuildsSeen();
  readonly #artifacts = new Map<string, number>();
  readonly #waiting: Waiting = { hours: new Map(), firstMs: null, lastMs: null };
  readonly #versions = new Map<string, { firstMs: number | null; lastMs: number | null }>();
  readonly logs: LogFactsSeen = new LogFactsSeen();
  records = 0;
  damaged = 0;
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
    this.#artifacts.set(event.artifact, (this.#artifacts.get(event.artifact) ?? 0) + 1);
    this.#tallies.add(serverKey, sourceOf(event, this.#path), event.timeMs);
    this.clients.addParsed(event.ecs["source.ip"]);
    const build = event.artifact === "windows-event" ? null : buildOf(event);
    if (build !== null) this.#builds.add(serverKey, build, secondOf(event.timeMs));
    const sign = findLogSign(event);
    if (sign !== null) this.logs.addSign({ serverKey, sign, event });
    this.matchEvent(event, serverKey);
  }

  /** Counts a Windows event of which nobody asks for more. */
  addCountedEvent(serverKey: ServerKey, source: SourceId, timeMs: number): void {
    this.#tallies.add(serverKey, source, timeMs);
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

  addDamage(damage: Damage): void {
    this.damage.add(damage);
  }

  /** Takes what a batch of a text says about lines that were only counted, and the build in its header. */
  addTextBatch(batch: TextBatch, events: readonly Event[]): void {
    this.#wait(batch);
    const version = findBuildText(batch.header.version ?? "");
    if (version === null) return;
    const times = events.flatMap((event) => secondOf(event.timeMs).firstMs ?? []);
    const known = this.#versions.get(version) ?? { firstMs: null, lastMs: null };
    this.#versions.set(version, {
      firstMs: times.reduce<number | null>(
        (least_, time) => least(least_, time),
        least(known.firstMs, batch.firstMs),
      ),
      lastMs: times.reduce<number | null>(
        (most_, time) => most(most_, time),
        most(known.lastMs, batch.lastMs),
      ),
    });
  }

  /** The artifact that most records are of. */
  mainArtifact(fallback: string): string {
    const sorted = [...this.#artifacts.entries()].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    return sorted[0]?.[0] ?? fallback;
  }

  finishTallies(): Pick<Tallies, "list"> & { readonly builds: BuildsSeen } {
    const main = this.#tallies.main();
    if (main !== null) {
      this.#tallies.addCounted(main, this.#waiting);
      for (const [build, span] of this.#versions)
        this.#builds.add(main.serverKey, { build, source: LOG_BUILDS }, span);
      this.#stretchOnlyBuild();
    }
    return { list: () => this.#tallies.list(), builds: this.#builds };
  }

  /**
   * Lines that were only counted have the build of their file too: a log that names one build was written by it from its
   * first to its last record, whichever of its lines were parsed.
   */
  #stretchOnlyBuild(): void {
    const only = this.#builds.onlyLogBuild();
    const tally = this.#tallies.main();
    if (only === null || tally === null) return;
    this.#builds.add(only.serverKey, only, { firstMs: tally.firstMs, lastMs: tally.lastMs });
  }

  /** Between two blocks: tells progress and stops when asked to. @throws PosternError INTERRUPTED */
  breathe(): void {
    this.#context.onBytes(this.source.progressBytes);
    if (this.#context.isStopped())
      throw new PosternError("INTERRUPTED", "interrupted", { item: this.item.origin });
  }

  #wait(counted: CountedLines): void {
    for (const [hour, count] of counted.hours)
      this.#waiting.hours.set(hour, (this.#waiting.hours.get(hour) ?? 0) + count);
    this.#waiting.firstMs = least(this.#waiting.firstMs, counted.firstMs);
    this.#waiting.lastMs = most(this.#waiting.lastMs, counted.lastMs);
  }
}

/** A record's time as a span, to the second: lines that are only counted are not known better. */
function secondOf(timeMs: number | null): {
  readonly firstMs: number | null;
  readonly lastMs: number | null;
} {
  const second = timeMs === null ? null : Math.floor(timeMs / 1000) * 1000;
  return { firstMs: second, lastMs: second };
}
