import type { TipGiven } from "../detect/index.ts";
import type { DetectionOptions } from "./detection.ts";

/** What workers are told to load, as the text that they are started with; null when it is nothing special. */
export function writeLoadOrder(options: DetectionOptions): string | null {
  const { baseline = null, indicators = [], tips = [], campaigns = [] } = options;
  if (baseline === null && indicators.length + tips.length + campaigns.length === 0) return null;
  return JSON.stringify({ baseline, indicators, tips, campaigns });
}

/** Reads what {@link writeLoadOrder} wrote. */
export function readLoadOrder(text: string | null): DetectionOptions {
  if (text === null) return {};
  const order: unknown = JSON.parse(text);
  if (typeof order !== "object" || order === null) return {};
  const fields = new Map<string, unknown>(Object.entries(order));
  const list = (name: string): readonly unknown[] => {
    const value: unknown = fields.get(name);
    return Array.isArray(value) ? value : [];
  };
  const baseline = fields.get("baseline");
  return {
    baseline: typeof baseline === "string" ? baseline : null,
    indicators: list("indicators").filter((path) => typeof path === "string"),
    tips: list("tips").filter(isTip),
    campaigns: list("campaigns").filter((id) => typeof id === "string"),
  };
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
    (value.timeMs === null || typeof value.timeMs === "number")
  );
}
