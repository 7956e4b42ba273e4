import type { Assessment } from "../../model/index.ts";
import type { ExportOptions, Exported } from "../export-target.ts";
import { resemblancesOf } from "../resemblances.ts";
import { sharedIndicators, type SharedIndicator } from "../shared-indicators.ts";
import { caseKey, POSTERN_NAMESPACE, uuid5 } from "../stable-id.ts";
import { jsonText } from "../json-text.ts";
import { findVictimData, type VictimData } from "../victim-data.ts";
import { withheldNotes } from "../withheld.ts";
import { observablesOf, type StixObject } from "./observables.ts";
import { patternOf } from "./pattern.ts";
import { STIX_CONFIDENCE, stixFrame, type StixFrame } from "./stix-frame.ts";

/** A bundle of STIX 2.1: indicators and where they were seen, techniques, flaws, first steps, and a report that holds them together. */
export function toStix(assessment: Assessment, options: ExportOptions): Exported {
  const victim = findVictimData(assessment);
  const frame = stixFrame(assessment, options.tlp);
  const clean = (text: string): string => (options.includeVictim ? text : victim.remove(text));
  const shared = sharedIndicators(assessment, victim, options);
  const where = victimIdentity(assessment, frame, options);
  const techniques = techniqueObjects(assessment, frame, options);
  const flaws = flawObjects(assessment, frame);
  const seen = shared.indicators.map((one) => indicatorObjects(one, { frame, where, techniques }));
  const steps = stepObjects(assessment, frame, clean);
  const groups = groupObjects(assessment, { frame, clean, indicators: shared.indicators, seen });
  const about = [...seen.flat(), ...techniques.values(), ...flaws, ...steps, ...groups, where];
  const unique = uniqueById(about);
  const report = reportObject(assessment, { frame, clean, refs: unique.map((object) => object.id) });
  const bundle = {
    type: "bundle",
    id: `bundle--${uuid5(POSTERN_NAMESPACE, `${caseKey(assessment)} bundle ${String(options.includeVictim)} ${options.tlp}`)}`,
    objects: [frame.author, frame.marking, ...unique, report],
  };
  return { text: `${jsonText(bundle, 1)}\n`, notes: withheldNotes(shared.withheld) };
}

function uniqueById(objects: readonly StixObject[]): readonly StixObject[] {
  const known = new Map(objects.map((object) => [object.id, object] as const));
  return [...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function victimIdentity(assessment: Assessment, frame: StixFrame, options: ExportOptions): StixObject {
  const names = assessment.servers.map((server) => server.name).join(", ");
  return frame.object("identity", `where ${String(options.includeVictim)}`, {
    name: options.includeVictim && names !== "" ? names : "An organisation whose name is withheld",
    identity_class: "organization",
  });
}

function techniqueObjects(
  assessment: Assessment,
  frame: StixFrame,
  options: ExportOptions,
): ReadonlyMap<string, StixObject> {
  const ids = [...new Set(assessment.findings.flatMap((finding) => finding.attack))].sort();
  return new Map(
    ids.map((id) => {
      const reference = {
        source_name: "mitre-attack",
        external_id: id,
        url: `https://attack.mitre.org/techniques/${id.replace(".", "/")}/`,
      };
      const name = options.techniqueName(id) ?? id;
      return [id, frame.object("attack-pattern", id, { name, external_references: [reference] })] as const;
    }),
  );
}

function flawObjects(assessment: Assessment, frame: StixFrame): readonly StixObject[] {
  const ids = [...new Set(assessment.findings.flatMap((finding) => finding.cves))].sort();
  return ids.map((id) =>
    frame.object("vulnerability", id, {
      name: id,
      external_references: [
        { source_name: "cve", external_id: id, url: `https://www.cve.org/CVERecord?id=${id}` },
      ],
    }),
  );
}

interface Around {
  readonly frame: StixFrame;
  readonly where: StixObject;
  readonly techniques: ReadonlyMap<string, StixObject>;
}

/** More than STIX lets an observation or a sighting count. Sections 4.14 and 5.2 */
const MAX_COUNT = 999_999_999;

/** An indicator, what was seen, and what it stands for. */
function indicatorObjects(one: SharedIndicator, { frame, where, techniques }: Around): readonly StixObject[] {
  const key = `${one.kind} ${one.value} ${one.folder ?? ""}`;
  const confidence = STIX_CONFIDENCE[one.confidence];
  const first = one.firstSeen ?? one.lastSeen ?? frame.stamp;
  const last = one.lastSeen ?? first;
  const count = Math.max(1, Math.min(MAX_COUNT, one.count));
  const indicator = frame.object("indicator", key, {
    name: `${WORDS[one.kind]} ${one.value}`,
    description: `${one.note} Confidence: ${one.confidence}.`,
    indicator_types: [one.confidence === "low" ? "anomalous-activity" : "malicious-activity"],
    pattern: patternOf(one),
    pattern_type: "stix",
    pattern_version: "2.1",
    valid_from: first,
    ...(one.kind === "address" ? { valid_until: afterDays(last, ADDRESS_DAYS) } : {}),
    confidence,
  });
  const scos = observablesOf(one);
  const observed =
    scos.length === 0
      ? []
      : [
          frame.object("observed-data", key, {
            first_observed: first,
            last_observed: last,
            number_observed: count,
            object_refs: scos.map((sco) => sco.id),
          }),
        ];
  const sighting = frame.object("sighting", key, {
    first_seen: first,
    last_seen: last,
    count,
    sighting_of_ref: indicator.id,
    ...(observed.length === 0 ? {} : { observed_data_refs: observed.map((object) => object.id) }),
    where_sighted_refs: [where.id],
    confidence,
  });
  return [
    indicator,
    ...scos,
    ...observed,
    sighting,
    ...observed.map((object) => relation(frame, [indicator, "based-on", object])),
    ...one.attack.flatMap((id) => {
      const technique = techniques.get(id);
      return technique === undefined ? [] : [relation(frame, [indicator, "indicates", technique])];
    }),
  ];
}

/** Days after its last sight for which an address still means something. */
const ADDRESS_DAYS = 30;
const DAY_MS = 86_400_000;

function afterDays(time: string, days: number): string {
  return new Date(Date.parse(time) + days * DAY_MS).toISOString();
}

const WORDS: Readonly<Record<SharedIndicator["kind"], string>> = {
  address: "Address",
  "user-agent": "User agent",
  page: "Page",
  file: "File",
  hash: "SHA-256",
};

function relation(frame: StixFrame, [from, type, to]: readonly [StixObject, string, StixObject]): StixObject {
  return frame.object("relationship", `${from.id} ${type} ${to.id}`, {
    relationship_type: type,
    source_ref: from.id,
    target_ref: to.id,
  });
}

/** Known groups that intruders of the case look like: never stronger than that, so that their confidence stays low or medium. */
function groupObjects(
  assessment: Assessment,
  of: {
    readonly frame: StixFrame;
    readonly clean: VictimData["remove"];
    readonly indicators: readonly SharedIndicator[];
    /** The objects of each indicator, the indicator itself first. */
    readonly seen: readonly (readonly StixObject[])[];
  },
): readonly StixObject[] {
  return resemblancesOf(assessment).flatMap(({ name, confidence, addresses, matches }) => {
    const facts = matches.length === 0 ? "" : ` In common: ${matches.join("; ")}.`;
    const group = of.frame.object("intrusion-set", name, {
      name,
      description: of.clean(`What was seen resembles this group; that is no attribution.${facts}`),
      confidence: STIX_CONFIDENCE[confidence],
    });
    const pointing = of.indicators.flatMap((one, index) => {
      const [indicator] = of.seen[index] ?? [];
      return one.kind === "address" && addresses.includes(one.value) && indicator !== undefined
        ? [indicator]
        : [];
    });
    return [group, ...pointing.map((indicator) => relation(of.frame, [indicator, "indicates", group]))];
  });
}

function stepObjects(
  assessment: Assessment,
  frame: StixFrame,
  clean: VictimData["remove"],
): readonly StixObject[] {
  return assessment.firstSteps.map((step, index) =>
    frame.object("course-of-action", `step ${String(index)}`, {
      name: clean(step.title),
      description: clean([step.detail, step.cost].filter((text) => text !== "").join(" ")),
    }),
  );
}

function reportObject(
  assessment: Assessment,
  of: { readonly frame: StixFrame; readonly clean: VictimData["remove"]; readonly refs: readonly string[] },
): StixObject {
  const campaigns = assessment.scope.campaigns.map((campaign) => campaign.title).join(", ");
  const findings = assessment.findings
    .filter((finding) => finding.rung !== null)
    .map((finding) => `${finding.rung ?? ""} ${finding.title}`);
  return of.frame.object("report", "report", {
    name: `Exchange server examined for ${campaigns === "" ? "break-ins" : campaigns}: ${assessment.verdict}`,
    description: of.clean([assessment.summary, ...new Set(findings)].join("\n")),
    report_types: ["threat-report", "indicator"],
    published: of.frame.stamp,
    object_refs: of.refs,
  });
}
