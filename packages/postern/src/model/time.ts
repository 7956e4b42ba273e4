/** Times in an assessment are ISO 8601 text in UTC with milliseconds and `Z`; days are `YYYY-MM-DD` (UTC). */
export type UtcTime = string;

/** A UTC calendar day, `YYYY-MM-DD`. */
export type UtcDay = string;
