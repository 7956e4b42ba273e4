import type { DetectionOptions } from "./detection.ts";

/** What a worker is told to load, as one text: the same that the main thread loaded. */
export function writeOrder(options: DetectionOptions): string {
  return JSON.stringify(options);
}

/** The other direction; a worker that was told nothing loads what comes with Postern. */
export function readOrder(text: string | null): DetectionOptions {
  const value: unknown = text === null ? {} : JSON.parse(text);
  if (typeof value !== "object" || value === null) return {};
  const baseline = "baseline" in value && typeof value.baseline === "string" ? value.baseline : null;
  const campaigns: readonly unknown[] =
    "campaigns" in value && Array.isArray(value.campaigns) ? value.campaigns : [];
  return { baseline, campaigns: campaigns.filter((one) => typeof one === "string") };
}
