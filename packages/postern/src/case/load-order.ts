import type { SpoolOptions } from "../scan/index.ts";
import type { TipGiven } from "../detect/index.ts";
import type { DetectionOptions } from "./detection.ts";

/** What workers load, and where they put events aside. */
export interface LoadOrder extends DetectionOptions {
  readonly spool: SpoolOptions | null;
}

/** What workers are told to load, as the text that they are started with. */
export function writeLoadOrder(order: LoadOrder): string {
  const { baseline = null, indicators = [], tips = [], campaigns = [], spool } = order;
  return JSON.stringify({ baseline, indicators, tips, campaigns, spool });
}

/** Reads what {@link writeLoadOrder} wrote; null is nothing special. */
export function readLoadOrder(text: string | null): LoadOrder {
  const order: unknown = text === null ? {} : JSON.parse(text);
  if (typeof order !== "object" || order === null) return { spool: null };
  const fields = new Map<string, unknown>(Object.entries(order));
  const list = (name: string): readonly unknown[] => {
    const value: unknown = fields.get(name);
    return Array.isArray(value) ? value : [];
  };
  const [baseline, spool] = [fields.get("baseline"), fields.get("spool")];
  return {
    baseline: typeof baseline === "string" ? baseline : null,
    indicators: list("indicators").filter((path) => typeof path === "string"),
    tips: list("tips").filter(isTip),
    campaigns: list("campaigns").filter((id) => typeof id === "string"),
    spool: isSpool(spool) ? spool : null,
  };
}

function isSpool(value: unknown): value is SpoolOptions {
  return (
    typeof value === "object" &&
    value !== null &&
    "folder" in value &&
    typeof value.folder === "string" &&
    "all" in value &&
    typeof value.all === "boolean"
  );
}

function isTip(value: unknown): value is TipGiven {
  return (
    typeof value === "object" &&
    value !== null &&
    "value" in value &&
    typeof value.value === "string" &&
    "source" in value &&
    typeof value.source === "string" &&
    "timeMs" in value &&
    (value.timeMs === null || typeof value.timeMs === "number") &&
    "isDay" in value &&
    typeof value.isDay === "boolean"
  );
}
