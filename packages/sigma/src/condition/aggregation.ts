/** What to tell the author of a condition in the withdrawn form. */
export interface AggregationAdvice {
  readonly message: string;
  readonly advice: string;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  "<": "lt",
  "<=": "lte",
  ">": "gt",
  ">=": "gte",
  "=": "eq",
  "==": "eq",
};

/** Types of today for the functions of old; minimum and maximum have none. */
const TYPES: Readonly<Record<string, string>> = { sum: "value_sum", avg: "value_avg" };

/**
 * Recognises `selection | count(field) by group > n`, `near` and `before`, which Sigma withdrew with version 2, and says which
 * correlation takes their place. @returns null for every other condition.
 */
export function aggregationAdvice(condition: string, timeframe: string | null): AggregationAdvice | null {
  const near = /\|\s*(near|before)\b|\bnear\b\s+\S/i.exec(condition);
  if (near !== null) {
    return {
      message: `the condition holds "${(near[1] ?? "near").toLowerCase()}", which is withdrawn from Sigma`,
      advice:
        "write each selection as a rule of its own and a correlation of type temporal or temporal_ordered",
    };
  }
  const form = /\b(count|sum|avg|min|max)\s*\(([^)]*)\)(?:\s+by\s+(\S+))?\s*(?:(<=|>=|==|=|<|>)\s*(\S+))?/i;
  const hit = form.exec(condition);
  if (hit === null && !condition.includes("|")) return null;
  const message = "the condition holds an aggregation, which is withdrawn from Sigma";
  const [, called = "count", field = "", group, comparison = ">", value = "0"] = hit ?? [];
  const bound = `${COMPARISONS[comparison] ?? "gt"}: ${value}`;
  const type = TYPES[called.toLowerCase()] ?? (field.trim() === "" ? "event_count" : "value_count");
  const parts = [
    `type: ${type}`,
    ...(group === undefined ? [] : [`group-by: [${group}]`]),
    `timespan: ${timeframe ?? "1h"}`,
    `condition: {${field.trim() === "" ? "" : `field: ${field.trim()}, `}${bound}}`,
  ];
  return { message, advice: `write a correlation rule beside this one: ${parts.join(", ")}` };
}
