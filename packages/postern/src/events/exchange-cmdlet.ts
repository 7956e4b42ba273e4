import { unnamedValues } from "./unnamed-values.ts";

/** What an event of the channel `MSExchange Management` says. */
export interface ExchangeCmdlet {
  /** Field names of ours beside the vendor's positions. */
  readonly fields: Readonly<Record<string, string>>;
  readonly repairs: readonly string[];
}

/**
 * Names for the positions of a cmdlet record (event ids 1 and 6; 27 values without names). Positions 0 to 2 and 5 to 6 matter; seen in
 * a raw record of github.com/mdecrevoisier/EVTX-to-MITRE-Attack (transport agent sample).
 */
const POSITIONS: readonly (readonly [number, string])[] = [
  [0, "Cmdlet"],
  [1, "Parameters"],
  [2, "Caller"],
  [3, "CallerSid"],
  [5, "HostApplication"],
  [6, "CallerProcess"],
  [9, "Elapsed"],
  [11, "Exception"],
  [14, "ErrorClass"],
  [23, "ActivityId"],
];

/** `Verb-Noun`, as every cmdlet is named. */
const CMDLET = /^[A-Za-z]{2,30}-[A-Za-z0-9]{2,80}$/;

/** The sentence of events 1 and 6; "suceeded" is how Exchange writes it. Task text: event 8. */
const SENTENCE =
  /Cmdlet (?:suceeded|succeeded|failed)\.\s+Cmdlet\s+([A-Za-z]+-[A-Za-z0-9]+)(?:,\s+parameters([\s\S]*))?/;
const TASK = /^Task ([A-Za-z]+-[A-Za-z0-9]+) throwing unhandled exception: ([\s\S]*)$/;

/** True for an event that tells of a cmdlet of Exchange. */
export function isExchangeCmdlet(provider: string, channel: string): boolean {
  return /^MSExchange CmdletLogs$/i.test(provider) || channel === "MSExchange Management";
}

/**
 * Reads cmdlet, parameters and caller by position, or out of the rendered sentence when an export has only that, and builds the
 * sentence when it is missing: public rules search for it.
 */
export function readExchangeCmdlet(fields: Readonly<Record<string, string>>): ExchangeCmdlet {
  const values = positionalValues(fields);
  const fromMessage = values === null ? messageFields(fields["Message"] ?? "") : null;
  const named = values === null ? (fromMessage ?? {}) : namedValues(values);
  const message = fields["Message"] ?? "";
  const built = message === "" ? buildMessage(fields["EventID"] ?? "", named) : "";
  return {
    fields: built === "" ? named : { ...named, Message: built },
    repairs: [
      ...(built === "" ? [] : ["message built from the values"]),
      ...(fromMessage === null ? [] : ["cmdlet taken from the rendered message"]),
    ],
  };
}

/** The values in their order; an export that joined them by comma and blank is taken apart as far as it can be. */
function positionalValues(fields: Readonly<Record<string, string>>): readonly string[] | null {
  const values = unnamedValues(fields);
  const [first] = values;
  if (first === undefined) return null;
  if (CMDLET.test(first.trim())) return values;
  const joined = /^([A-Za-z]{2,30}-[A-Za-z0-9]{2,80}), ?([\s\S]*)$/.exec(first);
  if (joined?.[1] === undefined) return null;
  const rest = joined[2] ?? "";
  const end = rest.startsWith("-") ? parametersEnd(rest) : 0;
  return [joined[1], rest.slice(0, end), ...rest.slice(end).replace(/^, ?/, "").split(", ")];
}

/** Parameters end at a quote that is followed by comma and the caller, never by a further ` -Name`. */
function parametersEnd(text: string): number {
  const found = /",(?= ?[^"\s-])/.exec(text);
  return found === null ? text.length : found.index + 1;
}

function namedValues(values: readonly string[]): Readonly<Record<string, string>> {
  const pairs = POSITIONS.map(([at, name]) => [name, (values[at] ?? "").trim()] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}

function messageFields(message: string): Readonly<Record<string, string>> | null {
  const task = TASK.exec(message);
  if (task?.[1] !== undefined) return { Cmdlet: task[1], Exception: task[2] ?? "" };
  const found = SENTENCE.exec(message);
  if (found?.[1] === undefined) return null;
  const parameters = (found[2] ?? "").trim().replace(/\.$/, "").trim();
  return parameters === "" ? { Cmdlet: found[1] } : { Cmdlet: found[1], Parameters: parameters };
}

function buildMessage(eventId: string, named: Readonly<Record<string, string>>): string {
  const cmdlet = named["Cmdlet"];
  if (cmdlet === undefined || (eventId !== "1" && eventId !== "6")) return "";
  const state = eventId === "1" ? "suceeded" : "failed";
  return `Cmdlet ${state}. Cmdlet ${cmdlet}, parameters ${named["Parameters"] ?? ""}.`;
}

/**
 * Takes parameters apart: `-Name "value" -Other "value"`. Quotes inside a value are not escaped, so a value goes up to
 * the last quote before the next ` -Name`.
 */
export function parseCmdletParameters(text: string): Readonly<Record<string, string>> {
  // One pass over the seams between values, so that hostile text cannot make it slow.
  const seams = [...text.matchAll(/(?:^\s*|"\s+)-([A-Za-z][A-Za-z0-9]{0,80})\s+"/g)];
  const pairs = seams.map((seam, index): readonly [string, string] => {
    const from = seam.index + seam[0].length;
    const to = seams[index + 1]?.index ?? text.lastIndexOf('"');
    return [seam[1] ?? "", text.slice(from, Math.max(from, to))];
  });
  return Object.fromEntries(pairs);
}
