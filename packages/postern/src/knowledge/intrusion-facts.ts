import type { UtcDay } from "../model/index.ts";
import type { JsonPlace } from "./json-place.ts";

/** A tactic of MITRE ATT&CK, in the order of a report. */
export interface Tactic {
  readonly id: string;
  /** In plain words. */
  readonly title: string;
}

/** A technique of MITRE ATT&CK with the tactic that it serves on an Exchange server. */
export interface Technique {
  readonly id: string;
  readonly name: string;
  readonly tactic: string;
}

/** The part of ATT&CK that rules may name (knowledge/attack-techniques.json). */
export interface AttackFacts {
  readonly tactics: readonly Tactic[];
  readonly techniques: ReadonlyMap<string, Technique>;
}

const CLUSTER_FACT_KINDS = ["page", "page-pattern", "domain", "address", "file", "text"] as const;

/** Something that tells a group from others. */
export interface ClusterFact {
  readonly kind: (typeof CLUSTER_FACT_KINDS)[number];
  /** Lower case; a regular expression for `page-pattern`. */
  readonly value: string;
}

/** A group that was seen on Exchange servers (knowledge/clusters.json). */
export interface Cluster {
  readonly id: string;
  readonly name: string;
  /** First day on which it was seen; null when no source says. */
  readonly from: UtcDay | null;
  readonly facts: readonly ClusterFact[];
  readonly note: string | null;
}

/** Reads attack-techniques.json. @throws PosternError KNOWLEDGE_INVALID */
export function readAttackFacts(root: JsonPlace, sources: ReadonlySet<string>): AttackFacts {
  const tactics = root
    .at("tactics")
    .list()
    .map((row) => ({ id: row.at("id").text(), title: row.at("title").text() }));
  const ids = tactics.map((tactic) => tactic.id);
  const techniques = root
    .at("techniques")
    .list()
    .map((row) => {
      row.at("sources").sources(sources);
      const id = row.at("id").text();
      if (!/^T\d{4}(\.\d{3})?$/u.test(id))
        throw row.at("id").wrong("the id of a technique, T1190 or T1505.003");
      return [id, { id, name: row.at("name").text(), tactic: row.at("tactic").oneOf(ids) }] as const;
    });
  return { tactics, techniques: new Map(techniques) };
}

/** Reads clusters.json. @throws PosternError KNOWLEDGE_INVALID */
export function readClusters(root: JsonPlace, sources: ReadonlySet<string>): readonly Cluster[] {
  return root
    .at("clusters")
    .list()
    .map((row) => {
      row.at("sources").sources(sources);
      return {
        id: row.at("id").text(),
        name: row.at("name").text(),
        from: row.at("from").given ? row.at("from").day() : null,
        facts: row.at("facts").list().map(readFact),
        note: row.at("note").textOrNull(),
      };
    });
}

function readFact(row: JsonPlace): ClusterFact {
  const kind = row.at("kind").oneOf(CLUSTER_FACT_KINDS);
  const value = row.at("value").text();
  if (kind !== "page-pattern" && value !== value.toLowerCase()) throw row.at("value").wrong("in lower case");
  return { kind, value };
}
