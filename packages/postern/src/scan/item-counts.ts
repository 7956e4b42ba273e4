import { least, most } from "../core/index.ts";
import type { Event } from "../model/index.ts";
import type { TextBatch } from "../artifacts/index.ts";
import { BuildsSeen, buildOf, findBuildText, LOG_BUILDS, type BuildSeen } from "./builds-seen.ts";
import type { ServerKey } from "./server-key.ts";
import type { SourceId } from "./source-id.ts";
import { Tallies, type CountedLines, type SourceTally } from "./tallies.ts";

interface Span {
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

const NO_SPAN: Span = { firstMs: null, lastMs: null };

/** What was counted of some lines of an item. Plain data: workers send it. */
export interface CountsPart {
  readonly artifacts: ReadonlyMap<string, number>;
  /** Of records that were parsed. */
  readonly tallies: readonly SourceTally[];
  readonly builds: readonly BuildSeen[];
  readonly counted: CountedLines;
  readonly versions: ReadonlyMap<string, Span>;
}

/** Counts the records of one item: by source, server and hour, by kind, and the builds that they name. */
export class ItemCounts {
  readonly #tallies = new Tallies();
  readonly #builds = new BuildsSeen();
  readonly #artifacts = new Map<string, number>();
  /** Lines of a text that were only counted wait until the item's main source and server are known. */
  readonly #waiting = new Map<number, number>();
  #waitingSpan = NO_SPAN;
  /** Builds in the headers of a text, and the time of what stands below them. */
  readonly #versions = new Map<string, Span>();

  /** Takes one record that was parsed. */
  addEvent(event: Event, serverKey: ServerKey, source: SourceId): void {
    this.#addArtifacts(event.artifact, 1);
    this.#tallies.add(serverKey, source, event.timeMs);
    const build = event.artifact === "windows-event" ? null : buildOf(event);
    if (build !== null) this.#builds.add(serverKey, build, spanOf(event.timeMs));
  }

  /** Counts a Windows event of which nobody asks for more. */
  addCountedEvent(serverKey: ServerKey, source: SourceId, timeMs: number): void {
    this.#tallies.add(serverKey, source, timeMs);
  }

  /** Takes what a batch of a text says about lines that were only counted, and the build in its header. */
  addTextBatch(batch: TextBatch, events: readonly Event[]): void {
    this.#wait(batch);
    const version = findBuildText(batch.header.version ?? "");
    if (version === null) return;
    const spans = events.map((event) => spanOf(event.timeMs));
    this.#addVersion(version, spans.reduce(joinSpans, batch));
  }

  /** The artifact that most records are of. */
  mainArtifact(fallback: string): string {
    const sorted = [...this.#artifacts.entries()].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    return sorted[0]?.[0] ?? fallback;
  }

  /** What was counted, as far as it depends on nothing that other lines of the item say. */
  part(): CountsPart {
    const counted = { hours: this.#waiting, ...this.#waitingSpan };
    const [tallies, builds] = [this.#tallies.list(), this.#builds.list()];
    return { artifacts: this.#artifacts, tallies, builds, counted, versions: this.#versions };
  }

  /** Takes what was counted of the lines that follow. */
  addPart({ artifacts, tallies, builds, counted, versions }: CountsPart): void {
    for (const [artifact, count] of artifacts) this.#addArtifacts(artifact, count);
    for (const tally of tallies) this.#tallies.addTally(tally);
    for (const seen of builds) this.#builds.add(seen.serverKey, seen, seen);
    this.#wait(counted);
    for (const [version, span] of versions) this.#addVersion(version, span);
  }

  /** True when there were more hours than are kept: then some were passed over. */
  get isFull(): boolean {
    return this.#tallies.isFull;
  }

  /** Gives lines that were only counted to the item's main source and server. Call once, at the end. */
  finish(): { readonly tallies: readonly SourceTally[]; readonly builds: readonly BuildSeen[] } {
    const main = this.#tallies.main();
    if (main !== null) {
      this.#tallies.addCounted(main, { hours: this.#waiting, ...this.#waitingSpan });
      for (const [build, span] of this.#versions)
        this.#builds.add(main.serverKey, { build, source: LOG_BUILDS }, span);
      this.#stretchOnlyBuild();
    }
    return { tallies: this.#tallies.list(), builds: this.#builds.list() };
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

  #addArtifacts(artifact: string, count: number): void {
    this.#artifacts.set(artifact, (this.#artifacts.get(artifact) ?? 0) + count);
  }

  #addVersion(version: string, span: Span): void {
    this.#versions.set(version, joinSpans(this.#versions.get(version) ?? NO_SPAN, span));
  }

  #wait(counted: CountedLines): void {
    for (const [hour, count] of counted.hours)
      this.#waiting.set(hour, (this.#waiting.get(hour) ?? 0) + count);
    this.#waitingSpan = joinSpans(this.#waitingSpan, counted);
  }
}

function joinSpans(a: Span, b: Span): Span {
  return { firstMs: least(a.firstMs, b.firstMs), lastMs: most(a.lastMs, b.lastMs) };
}

/** A record's time as a span, to the second: lines that are only counted are not known better. */
function spanOf(timeMs: number | null): Span {
  const second = timeMs === null ? null : Math.floor(timeMs / 1000) * 1000;
  return { firstMs: second, lastMs: second };
}
