import { parseIsoTime } from "../../../core/index.ts";
import type { IndicatorList, Problem } from "../../../model/index.ts";
import type { GivenProblemCode } from "../../problem-codes.ts";
import { classify } from "./classify.ts";
import type { GivenIndicator, GivenList, RawIndicator } from "./given-indicator.ts";
import { weaknessOf, type FindService } from "./shared-service.ts";

/** Problems told one by one of a list; the rest is counted. */
const MAX_TOLD = 20;
const MAX_NOTE = 200;

/** Gathers what a reader finds in one list. */
export class ListBuilder {
  readonly #file: string;
  readonly #findService: FindService;
  readonly #indicators: GivenIndicator[] = [];
  readonly #known = new Set<string>();
  readonly #problems: Problem[] = [];
  readonly #unused = new Map<string, number>();
  #wrong = 0;

  constructor(file: string, findService: FindService) {
    this.#file = file;
    this.#findService = findService;
  }

  /** Takes one value: it becomes an indicator, a kind that is not used, or a problem. */
  add(raw: RawIndicator): void {
    const made = classify(raw.type, raw.value, raw.folder ?? null);
    if ("unused" in made) this.skip(made.unused);
    else if ("wrong" in made) this.fault(raw, made.wrong, made.advice);
    else this.#keep(made, raw);
  }

  /** Counts something of a kind that cannot be used. */
  skip(kind: string): void {
    const name = kind.slice(0, 60);
    this.#unused.set(name, (this.#unused.get(name) ?? 0) + 1);
  }

  /** Tells a mistake of the list. */
  fault(at: Pick<RawIndicator, "line" | "place">, message: string, advice: string): void {
    if (++this.#wrong <= MAX_TOLD) this.#tell("INDICATOR_VALUE", "warning", { ...at, message, advice });
  }

  /** Tells that nothing of the file can be used. */
  refuse(line: number, message: string, advice: string): void {
    this.#tell("INDICATOR_FORMAT", "error", { line, place: "", message, advice });
  }

  finish(format: IndicatorList["format"]): GivenList {
    if (this.#wrong > MAX_TOLD)
      this.#tell("INDICATOR_VALUE", "warning", {
        ...{ line: 1, place: "" },
        message: `${String(this.#wrong - MAX_TOLD)} more values of this list cannot be used`,
        advice: "Correct those named first; they may be of one kind.",
      });
    const refused = this.#problems.some((problem) => problem.severity === "error");
    if (this.#indicators.length === 0 && !refused)
      this.refuse(
        1,
        "nothing in this list can be looked for",
        "Give addresses, networks, domains, URLs, SHA-256 hashes, paths, file names or user agents.",
      );
    const unused = new Map([...this.#unused].sort(([a], [b]) => (a < b ? -1 : 1)));
    if (unused.size > 0) this.#tellUnused(unused);
    return { format, indicators: this.#indicators, problems: this.#problems, unused };
  }

  #tellUnused(unused: ReadonlyMap<string, number>): void {
    const kinds = [...unused].map(([kind, count]) => `${String(count)} ${kind}`).join(", ");
    this.#tell("INDICATOR_UNUSED", "warning", {
      ...{ line: 1, place: "" },
      message: `not looked for: ${kinds}`,
      advice: "Nothing that Postern reads shows such values: other tools must look for them.",
    });
  }

  #keep(made: Pick<GivenIndicator, "kind" | "value" | "folder">, raw: RawIndicator): void {
    const { kind, value, folder } = made;
    const key = `${kind}\n${value}\n${folder ?? ""}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const note = (raw.note ?? "").replace(/\s+/gu, " ").trim().slice(0, MAX_NOTE);
    const isPlace = kind === "address" || kind === "network";
    this.#indicators.push({
      ...{ kind, value, folder, note },
      fromMs: this.#timeOf(raw.from, raw),
      toMs: this.#timeOf(raw.to, raw),
      confidence: raw.confidence ?? "medium",
      weak: isPlace ? weaknessOf(value.replace(/\/.*$/u, ""), note, this.#findService) : "",
    });
  }

  #timeOf(text: string | null | undefined, raw: RawIndicator): number | null {
    if (text === null || text === undefined || text.trim() === "") return null;
    const timeMs = findTime(text.trim());
    if (timeMs === null)
      this.fault(
        raw,
        `the date ${JSON.stringify(text.slice(0, 40))} is not understood and was left out`,
        "Write it as 2021-03-03.",
      );
    return timeMs;
  }

  #tell(
    code: GivenProblemCode,
    severity: Problem["severity"],
    of: { readonly line: number; readonly place: string; readonly message: string; readonly advice: string },
  ): void {
    const message = of.place === "" ? of.message : `${of.place}: ${of.message}`;
    this.#problems.push({
      ...{ code, severity, message, advice: of.advice },
      at: { file: this.#file, line: of.line, column: 1 },
    });
  }
}

/** A day, a time, or seconds since 1970. */
function findTime(text: string): number | null {
  const day = /^(\d{4})[-/](\d{2})[-/](\d{2})$/u.exec(text);
  if (day !== null)
    return parseIsoTime(`${day[1] ?? ""}-${day[2] ?? ""}-${day[3] ?? ""}T00:00:00Z`)?.timeMs ?? null;
  if (/^\d{9,10}$/u.test(text)) return Number(text) * 1000;
  return parseIsoTime(text)?.timeMs ?? parseIsoTime(`${text}:00`)?.timeMs ?? null;
}
