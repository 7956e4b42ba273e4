import type { Confidence, Entities, Rung } from "../../model/index.ts";

/** One entry of a configuration or of an antivirus log, as `artifacts/configuration` reads it. Every value is untrusted. */
export interface SettingFacts {
  readonly kind: string;
  readonly values: Readonly<Record<string, string>>;
  readonly location: string;
  readonly excerpt: string;
  readonly at: { readonly offsetBytes: number; readonly lengthBytes: number };
}

/** Kinds of findings that settings can make. */
export type LeadKind =
  | "iis-module-backdoor"
  | "iis-module-unknown"
  | "iis-filter-backdoor"
  | "iis-filter-unknown"
  | "handler-backdoor"
  | "handler-unknown"
  | "virtual-directory-backdoor"
  | "virtual-directory-unknown"
  | "machine-key-published"
  | "machine-key-fixed"
  | "web-logging-off"
  | "web-logs-moved"
  | "task-backdoor"
  | "task-suspicious"
  | "transport-agent-backdoor"
  | "transport-agent-unknown"
  | "antivirus-removed"
  | "antivirus-ran"
  | "antivirus-found"
  | "state-address-script"
  | "state-forwarding-outside"
  | "state-forwarding-named"
  | "state-rule-outside"
  | "state-rule-hidden"
  | "state-transport-rule-outside"
  | "state-relay-open"
  | "state-mailbox-right"
  | "state-mailbox-right-odd"
  | "state-folder-open"
  | "state-role-granted"
  | "state-admin-new"
  | "state-export"
  | "state-export-page"
  | "state-export-served"
  | "state-audit-off"
  | "state-audit-bypass"
  | "page-gone"
  | "page-times-changed"
  | "page-listed";

/** A setting that does not belong there, and how far it speaks for an intruder. */
export interface Lead {
  readonly kind: LeadKind;
  /** What judged it, e.g. `configuration/module-place`. */
  readonly id: string;
  /** Null for leads: a product of your own looks the same. */
  readonly rung: Rung | null;
  readonly confidence: Confidence;
  /** Plain sentence. May contain untrusted text. */
  readonly text: string;
  /** Why it may be wrong; empty when the kind's own text says all. */
  readonly doubt: string;
  readonly entities: Entities;
  readonly attack: readonly string[];
  /** Flaws by which it likely came there; proven only by records. */
  readonly cves: readonly string[];
  /** When it happened; null when the setting does not say. */
  readonly timeUtc: string | null;
  readonly excerpt: string;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** What a judge says; the rest of a lead follows from the setting. */
export type Opinion = Pick<Lead, "kind" | "id" | "confidence" | "text"> &
  Partial<Pick<Lead, "rung" | "doubt" | "entities" | "attack" | "cves" | "timeUtc">>;

/** Puts an opinion and its place together. */
export function toLead(opinion: Opinion, setting: Pick<SettingFacts, "excerpt" | "at">): Lead {
  return {
    rung: null,
    doubt: "",
    entities: {},
    attack: [],
    cves: [],
    timeUtc: null,
    ...opinion,
    excerpt: setting.excerpt,
    offsetBytes: setting.at.offsetBytes,
    lengthBytes: setting.at.lengthBytes,
  };
}

/** A value as a sentence may quote it. */
export function quote(value: string): string {
  return `"${value.length > 160 ? `${value.slice(0, 160)}…` : value}"`;
}
