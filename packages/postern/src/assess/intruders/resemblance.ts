import type { Cluster, ClusterFact } from "../../knowledge/index.ts";
import type { Entities, Finding, Resemblance, UtcTime } from "../../model/index.ts";

/** Facts named at most on either side. */
const MAX_FACTS = 6;

/** What a likeness is judged by. */
export interface Looks {
  readonly findings: readonly Finding[];
  readonly addresses: readonly string[];
  /** First time that it got in. */
  readonly since: UtcTime | null;
}

/** Everything that the evidence names of one intruder, in lower case. */
interface Traits {
  readonly addresses: ReadonlySet<string>;
  readonly pages: readonly string[];
  readonly files: readonly string[];
  readonly text: string;
}

/**
 * Known groups that an intruder's findings look like. Names of pages are shared by many groups, so that they alone, however many, make no likeness: it takes
 * an address, a domain, a tool or a file of the group. Two such facts make it medium, never more.
 */
export function resemblances(of: Looks, clusters: readonly Cluster[]): readonly Resemblance[] {
  const traits = traitsOf(of.findings, of.addresses);
  return clusters.flatMap((cluster) => {
    const matched = cluster.facts.filter((fact) => isThere(fact, traits));
    const telling = matched.filter((fact) => !fact.kind.startsWith("page"));
    if (telling.length === 0) return [];
    const missing = cluster.facts.filter((fact) => !matched.includes(fact));
    return [
      {
        cluster: cluster.id,
        name: cluster.name,
        confidence: telling.length > 1 ? "medium" : "low",
        matches: matched.slice(0, MAX_FACTS).map(factText),
        against: [
          ...earlier(cluster, of.since),
          ...missing.slice(0, MAX_FACTS).map((fact) => `Not in this evidence: ${factText(fact)}.`),
        ],
      } as const,
    ];
  });
}

function earlier(cluster: Cluster, first: string | null): readonly string[] {
  if (cluster.from === null || first === null || first.slice(0, 10) >= cluster.from) return [];
  return [`This began on ${first.slice(0, 10)}; the group was first seen on ${cluster.from}.`];
}

const TEXT_ENTITIES: readonly (keyof Entities)[] = ["processes", "cmdlets", "urls", "userAgents", "files"];

function traitsOf(findings: readonly Finding[], addresses: readonly string[]): Traits {
  const all = (name: keyof Entities): readonly string[] =>
    findings.flatMap((finding) => (finding.entities[name] ?? []).map((value) => value.toLowerCase()));
  const excerpts = findings.flatMap((finding) => finding.citations.map((one) => one.excerpt.toLowerCase()));
  return {
    addresses: new Set(addresses),
    pages: [...all("urls"), ...all("files")].map((path) =>
      path.replace(/[?#].*$/su, "").replaceAll("\\", "/"),
    ),
    files: all("files"),
    text: [...TEXT_ENTITIES.flatMap(all), ...excerpts].join("\n"),
  };
}

function isThere(fact: ClusterFact, traits: Traits): boolean {
  switch (fact.kind) {
    case "address":
      return traits.addresses.has(fact.value) || traits.text.includes(fact.value);
    case "page":
      return traits.pages.some((page) => page.endsWith(`/${fact.value}`));
    case "page-pattern": {
      const pattern = new RegExp(`/${fact.value}$`, "u");
      return traits.pages.some((page) => pattern.test(page));
    }
    case "file":
      return (
        traits.files.some((file) => endsWithPath(file, fact.value)) || namesFile(traits.text, fact.value)
      );
    case "domain":
    case "text":
      return traits.text.includes(fact.value);
  }
}

function endsWithPath(file: string, end: string): boolean {
  return end.startsWith("\\") ? file.endsWith(end) : file === end || file.endsWith(`\\${end}`);
}

/** A short name inside of another word is not that file. */
function namesFile(text: string, end: string): boolean {
  for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) {
    const [before, after] = [text[at - 1] ?? " ", text[at + end.length] ?? " "];
    if ((end.startsWith("\\") || !/[\w.-]/u.test(before)) && !/[\w-]/u.test(after)) return true;
  }
  return false;
}

const FACT_WORDS: Readonly<Record<ClusterFact["kind"], string>> = {
  page: "the page",
  "page-pattern": "a page named like",
  domain: "the domain",
  address: "the address",
  file: "the file",
  text: "the command text",
};

function factText(fact: ClusterFact): string {
  return `${FACT_WORDS[fact.kind]} ${fact.value}`;
}
