import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One labelled file of the corpus. */
export interface Label {
  /** Below the corpus folder. */
  readonly path: string;
  readonly sha256: string;
  readonly label: "webshell" | "benign";
  /** `aspnet`, `asp`, `config` or `jsp`. */
  readonly family: string;
  /** Near-duplicates share one. */
  readonly cluster: string;
  readonly hardBenign: boolean;
}

/** Finds the labels: POSTERN_LABELS, or `labels.csv` in or beside the corpus; null when there are none. */
export function findLabels(corpus: string): string | null {
  const given = process.env["POSTERN_LABELS"];
  const places = [
    ...(given === undefined ? [] : [given]),
    join(corpus, "labels.csv"),
    join(corpus, "index", "labels.csv"),
    join(corpus, "..", "index", "labels.csv"),
  ];
  return places.find((place) => existsSync(place)) ?? null;
}

/** Reads the labels. Columns are found by name; fields may be quoted. */
export function readLabels(file: string): readonly Label[] {
  const [head = "", ...lines] = readFileSync(file, "utf8").split(/\r?\n/u);
  const names = head.split(",");
  return lines.flatMap((line): Label[] => {
    if (line === "") return [];
    const fields = new Map(splitLine(line).map((value, index) => [names[index] ?? "", value]));
    const of = (name: string): string => fields.get(name) ?? "";
    const label = of("label") === "webshell" ? "webshell" : "benign";
    const { path, sha256 } = { path: of("path"), sha256: of("sha256") };
    return [
      {
        path,
        sha256,
        label,
        family: of("family"),
        cluster: of("cluster"),
        hardBenign: of("hard_benign") === "1",
      },
    ];
  });
}

function splitLine(line: string): readonly string[] {
  const fields: string[] = [];
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/gu)) {
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
  }
  return fields;
}
