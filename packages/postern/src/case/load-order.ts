import type { DetectionOptions } from "./detection.ts";

/** What workers are told to load, as the text that they are started with; null when it is nothing special. */
export function writeLoadOrder(options: DetectionOptions): string | null {
  const { baseline = null, indicators = [] } = options;
  return baseline === null && indicators.length === 0 ? null : JSON.stringify({ baseline, indicators });
}

/** Reads what {@link writeLoadOrder} wrote. */
export function readLoadOrder(text: string | null): DetectionOptions {
  if (text === null) return {};
  const order: unknown = JSON.parse(text);
  if (typeof order !== "object" || order === null) return {};
  const fields = new Map<string, unknown>(Object.entries(order));
  const [baseline, indicators] = [fields.get("baseline"), fields.get("indicators")];
  return {
    baseline: typeof baseline === "string" ? baseline : null,
    indicators: Array.isArray(indicators) ? indicators.filter((path) => typeof path === "string") : [],
  };
}
