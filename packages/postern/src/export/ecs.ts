import type { Assessment, Citation, Finding, Severity } from "../model/index.ts";
import type { Exported } from "./export-target.ts";
import { jsonText } from "./json-text.ts";
import { caseKey, POSTERN_NAMESPACE, stampOf, uuid5 } from "./stable-id.ts";

/** Version of the Elastic Common Schema that the documents follow. https://www.elastic.co/docs/reference/ecs */
const ECS_VERSION = "9.4.0";

/** Larger is worse; the steps of Elastic's own detection rules. */
const SEVERITY_NUMBERS: Readonly<Record<Severity, number>> = {
  info: 1,
  low: 21,
  medium: 47,
  high: 73,
  critical: 99,
};

/**
 * JSON lines for Elasticsearch: one document for each cited record of a finding, and one for a finding without timed records.
 * What ECS has no field for is below `postern`.
 */
export function toEcs(assessment: Assessment): Exported {
  const key = caseKey(assessment);
  const documents = assessment.findings.flatMap((finding) => documentsOf(finding, { assessment, key }));
  return { text: documents.map((document) => `${jsonText(document)}\n`).join(""), notes: [] };
}

interface Around {
  readonly assessment: Assessment;
  readonly key: string;
}

function documentsOf(finding: Finding, around: Around): readonly object[] {
  const timed = finding.citations.filter((citation) => citation.time !== null);
  const cited: readonly (Citation | undefined)[] = timed.length > 0 ? timed : [finding.citations[0]];
  return cited.map((citation, index) => document(finding, { ...around, citation: citation ?? null, index }));
}

function document(
  finding: Finding,
  of: Around & { readonly citation: Citation | null; readonly index: number },
): object {
  const { assessment, citation, key, index } = of;
  const server = assessment.servers.find((one) => one.id === finding.server);
  return {
    "@timestamp": citation?.time ?? finding.firstSeen ?? stampOf(assessment),
    ecs: { version: ECS_VERSION },
    message: `${finding.title} (${finding.id})`,
    tags: [finding.rung ?? "lead", finding.kind],
    event: {
      kind: "alert",
      category: categoryOf(finding),
      type: ["info"],
      outcome: outcomeOf(finding),
      module: "postern",
      dataset: "postern.finding",
      provider: "postern",
      id: uuid5(POSTERN_NAMESPACE, `${key} ecs ${finding.id} ${String(index)}`),
      severity: SEVERITY_NUMBERS[finding.severity],
      reason: finding.why,
      ...(finding.firstSeen === null ? {} : { start: finding.firstSeen }),
      ...(finding.lastSeen === null ? {} : { end: finding.lastSeen }),
      ...(citation === null ? {} : { original: citation.excerpt }),
    },
    observer: { vendor: "Postern", product: "Postern", type: "forensics", version: assessment.tool.version },
    ...(server === undefined ? {} : { host: hostOf(server) }),
    rule: { id: finding.rules.join(","), name: finding.title, category: finding.kind, ruleset: "postern" },
    ...entityFields(finding),
    ...(finding.attack.length === 0
      ? {}
      : { threat: { framework: "MITRE ATT&CK", technique: { id: finding.attack } } }),
    ...(finding.cves.length === 0 ? {} : { vulnerability: { id: finding.cves[0], enumeration: "CVE" } }),
    ...(citation === null ? {} : { log: { file: { path: citation.path } } }),
    postern: {
      finding: finding.id,
      rung: finding.rung,
      confidence: finding.confidence,
      count: finding.count,
      cves: finding.cves,
      doubt: finding.doubt,
      next: finding.next,
      evidence:
        citation === null
          ? null
          : { sha256: citation.evidence, offset: citation.offset, record: citation.record },
    },
  };
}

function hostOf(server: Assessment["servers"][number]): object {
  return { name: server.name, ...(server.addresses.length === 0 ? {} : { ip: server.addresses }) };
}

/** Which of ECS's categories a finding belongs to: what it is about decides. */
function categoryOf({ entities, kind }: Finding): readonly string[] {
  if (/^(?:web-shell-file|.*-file)$/u.test(kind)) return ["file", "malware"];
  if ((entities.processes ?? []).length > 0) return ["process", "intrusion_detection"];
  if ((entities.cmdlets ?? []).length > 0) return ["configuration", "intrusion_detection"];
  return (entities.urls ?? []).length > 0 ? ["web", "intrusion_detection"] : ["intrusion_detection"];
}

function outcomeOf({ rung }: Finding): string {
  return rung === null || rung === "L0" ? "unknown" : "success";
}

/** Fields of one value only where the finding has one value: with several it is not known which belongs to this record. */
function entityFields({ entities }: Finding): object {
  const one = (values: readonly string[] | undefined): string | null =>
    values?.length === 1 ? (values[0] ?? null) : null;
  const url = one(entities.urls);
  const agent = one(entities.userAgents);
  const user = one(entities.users);
  const file = one(entities.files);
  const hash = one(entities.hashes);
  const process = one(entities.processes);
  const address = one(entities.addresses);
  return {
    ...(address === null ? {} : { source: { ip: address } }),
    ...(url === null ? {} : { url: { original: url } }),
    ...(agent === null ? {} : { user_agent: { original: agent } }),
    ...(user === null ? {} : { user: { name: user } }),
    ...(file === null
      ? {}
      : {
          file: {
            path: file,
            ...(hash !== null && /^[0-9a-f]{64}$/iu.test(hash) ? { hash: { sha256: hash } } : {}),
          },
        }),
    ...(process === null ? {} : { process: { command_line: process } }),
    related: {
      ip: entities.addresses ?? [],
      user: [...new Set([...(entities.users ?? []), ...(entities.mailboxes ?? [])])],
      hash: entities.hashes ?? [],
    },
  };
}
