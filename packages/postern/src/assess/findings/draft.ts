import type { Citation, Confidence, Event, Rung } from "../../model/index.ts";
import { CONFIDENCES } from "../../model/index.ts";
import { EntityCollector } from "./entities.ts";

/** A finding while it is put together. */
export interface Draft {
  readonly server: string;
  readonly kind: string;
  rung: Rung | null;
  confidence: Confidence;
  count: number;
  firstMs: number | null;
  lastMs: number | null;
  readonly cves: Set<string>;
  readonly rules: Set<string>;
  readonly attack: Set<string>;
  readonly entities: EntityCollector;
  readonly events: Event[];
  readonly citations: Citation[];
  /** Sentences that go behind the kind's own text. */
  readonly why: Set<string>;
  readonly doubt: Set<string>;
  /** Overrides the kind's title, for files. */
  title: string | null;
  /** True when it rests on files alone: then it proves no CVE. */
  readonly fromFile: boolean;
}

/** An empty draft. */
export function newDraft(server: string, kind: string, fromFile: boolean): Draft {
  return {
    server,
    kind,
    rung: null,
    confidence: "low",
    count: 0,
    firstMs: null,
    lastMs: null,
    cves: new Set(),
    rules: new Set(),
    attack: new Set(),
    entities: new EntityCollector(),
    events: [],
    citations: [],
    why: new Set(),
    doubt: new Set(),
    title: null,
    fromFile,
  };
}

/** The surer of two. */
export function surer(a: Confidence, b: Confidence): Confidence {
  return CONFIDENCES.indexOf(a) >= CONFIDENCES.indexOf(b) ? a : b;
}
