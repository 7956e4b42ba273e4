import type { Assessment, Confidence, Severity } from "../model/index.ts";
import { SEVERITIES } from "../model/index.ts";
import type { ExportOptions, Exported } from "./export-target.ts";
import { jsonText } from "./json-text.ts";
import { sharedIndicators, type SharedIndicator } from "./shared-indicators.ts";
import { caseKey, POSTERN_NAMESPACE, stampOf, uuid5 } from "./stable-id.ts";
import { findVictimData } from "./victim-data.ts";
import { withheldNotes } from "./withheld.ts";

/** https://www.misp-project.org/taxonomies.html#_misp, confidence-level */
const CONFIDENCE_TAGS: Readonly<Record<Confidence, string>> = {
  low: 'misp:confidence-level="rarely-confident"',
  medium: 'misp:confidence-level="fairly-confident"',
  high: 'misp:confidence-level="usually-confident"',
};

/** Templates that MISP knows: https://github.com/MISP/misp-objects, `uuid` and `version` of each definition. */
const FILE_TEMPLATE = { uuid: "688c46fb-5edb-40a3-8273-1af7923e2215", version: "25", category: "file" };

/** What all attributes of one event share. */
interface MispFrame {
  readonly key: string;
  readonly timestamp: string;
}

interface Value {
  readonly type: string;
  readonly category: string;
  readonly value: string;
}

/**
 * An event in MISP's core format, draft 18. Its numbers are texts, and every one of its mandatory fields is there.
 * https://github.com/MISP/misp-rfc/blob/main/misp-core-format/raw.md
 */
export function toMisp(assessment: Assessment, options: ExportOptions): Exported {
  const victim = findVictimData(assessment);
  const shared = sharedIndicators(assessment, victim, options);
  const stamp = stampOf(assessment);
  const timestamp = String(Math.floor(Date.parse(stamp) / 1000));
  const frame: MispFrame = { key: caseKey(assessment), timestamp };
  const clean = (text: string): string => (options.includeVictim ? text : victim.remove(text));
  const campaigns = assessment.scope.campaigns.map((campaign) => campaign.title).join(", ");
  const event = {
    uuid: uuid5(POSTERN_NAMESPACE, `${frame.key} event ${String(options.includeVictim)}`),
    info: `Exchange server examined for ${campaigns === "" ? "break-ins" : campaigns}: ${clean(assessment.summary)}`,
    date: stamp.slice(0, 10),
    timestamp,
    publish_timestamp: "0",
    published: false,
    analysis: "2",
    threat_level_id: threatLevel(assessment),
    distribution: "0",
    sharing_group_id: "0",
    org_id: "0",
    orgc_id: "0",
    Orgc: { id: "0", name: "Postern", uuid: uuid5(POSTERN_NAMESPACE, "author") },
    Tag: [{ name: `tlp:${options.tlp}` }, ...techniqueTags(assessment, options)],
    Attribute: [
      ...shared.indicators.flatMap((one) => attributeOf(one, frame)),
      ...flawAttributes(assessment, frame),
    ],
    Object: shared.indicators.flatMap((one) => objectOf(one, frame)),
  };
  return {
    text: `${jsonText({ Event: event }, 1)}\n`,
    notes: withheldNotes(shared.withheld),
  };
}

/** MISP: 1 high, 2 medium, 3 low, 4 undefined. */
function threatLevel(assessment: Assessment): string {
  const worst = Math.max(
    -1,
    ...assessment.findings.map((finding): number => SEVERITIES.indexOf(finding.severity satisfies Severity)),
  );
  if (worst >= SEVERITIES.indexOf("high")) return "1";
  if (worst >= SEVERITIES.indexOf("medium")) return "2";
  return worst >= 0 ? "3" : "4";
}

function techniqueTags(assessment: Assessment, options: ExportOptions): readonly { readonly name: string }[] {
  const ids = [...new Set(assessment.findings.flatMap((finding) => finding.attack))].sort();
  return ids.flatMap((id) => {
    // The galaxy's tags are made of the name and the id: without the name MISP would not know the tag.
    const name = options.techniqueName(id);
    return name === null ? [] : [{ name: `misp-galaxy:mitre-attack-pattern="${name} - ${id}"` }];
  });
}

const CATEGORY = { network: "Network activity", delivery: "Payload delivery" } as const;

function valueOf({ kind, value }: SharedIndicator): Value {
  switch (kind) {
    case "address":
      return { type: "ip-src", category: CATEGORY.network, value };
    case "user-agent":
      return { type: "user-agent", category: CATEGORY.network, value };
    case "page":
      return { type: "uri", category: CATEGORY.network, value };
    case "file":
      return { type: "filename", category: CATEGORY.delivery, value };
    case "hash":
      return { type: "sha256", category: CATEGORY.delivery, value };
  }
}

/** A file with name and hash becomes an object, everything else an attribute of the event. */
function attributeOf(one: SharedIndicator, frame: MispFrame): readonly object[] {
  if (one.kind === "hash" && one.name !== null) return [];
  const value =
    one.kind === "file" && one.folder !== null
      ? { ...valueOf(one), value: `${one.folder}${one.value}` }
      : valueOf(one);
  return [attribute(one, value, frame)];
}

function attribute(one: SharedIndicator, { type, category, value }: Value, frame: MispFrame): object {
  return {
    uuid: uuid5(POSTERN_NAMESPACE, `${frame.key} attribute ${type} ${value}`),
    type,
    category,
    value,
    to_ids: one.confidence !== "low",
    distribution: "5",
    sharing_group_id: "0",
    timestamp: frame.timestamp,
    comment: `${one.note} Confidence: ${one.confidence}.`,
    deleted: false,
    disable_correlation: one.kind === "user-agent",
    ...(one.firstSeen === null ? {} : { first_seen: mispTime(one.firstSeen) }),
    ...(one.lastSeen === null ? {} : { last_seen: mispTime(one.lastSeen) }),
    Tag: [{ name: CONFIDENCE_TAGS[one.confidence] }],
  };
}

/** MISP writes microseconds and an offset. */
function mispTime(time: string): string {
  return time.replace(/\.(\d{3})Z$/u, ".$1000+00:00");
}

function objectOf(one: SharedIndicator, frame: MispFrame): readonly object[] {
  if (one.kind !== "hash" || one.name === null) return [];
  const uuid = uuid5(POSTERN_NAMESPACE, `${frame.key} object file ${one.value}`);
  const part = (relation: string, value: Value): object => ({
    ...attribute(one, value, { ...frame, key: `${frame.key} ${uuid}` }),
    object_relation: relation,
  });
  return [
    {
      uuid,
      name: "file",
      "meta-category": FILE_TEMPLATE.category,
      description: "A file of the intruder",
      template_uuid: FILE_TEMPLATE.uuid,
      template_version: FILE_TEMPLATE.version,
      timestamp: frame.timestamp,
      distribution: "5",
      sharing_group_id: "0",
      comment: one.note,
      deleted: false,
      Attribute: [
        part("sha256", { type: "sha256", category: CATEGORY.delivery, value: one.value }),
        part("filename", { type: "filename", category: CATEGORY.delivery, value: one.name }),
      ],
    },
  ];
}

function flawAttributes(assessment: Assessment, frame: MispFrame): readonly object[] {
  const ids = [...new Set(assessment.findings.flatMap((finding) => finding.cves))].sort();
  return ids.map((value) => ({
    uuid: uuid5(POSTERN_NAMESPACE, `${frame.key} attribute vulnerability ${value}`),
    type: "vulnerability",
    category: "External analysis",
    value,
    to_ids: false,
    distribution: "5",
    sharing_group_id: "0",
    timestamp: frame.timestamp,
    comment: "Traces of its use were found.",
    deleted: false,
    disable_correlation: false,
  }));
}
