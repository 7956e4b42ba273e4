import type { Assessment, Confidence } from "../../model/index.ts";
import type { TlpLabel } from "../export-target.ts";
import { caseKey, POSTERN_NAMESPACE, stampOf, uuid5 } from "../stable-id.ts";
import type { StixObject } from "./observables.ts";

/** What is the same for every object that Postern makes of a case. */
export interface StixFrame {
  readonly stamp: string;
  readonly author: StixObject;
  readonly marking: StixObject;
  /** An object of this case: its id comes from the case, its type and `key`. */
  readonly object: (type: string, key: string, properties: object) => StixObject;
}

/** Marking definitions of the standard itself: ids and times are given there. STIX 2.1 section 7.2.1.4 */
const TLP: Readonly<Record<TlpLabel, readonly [name: string, uuid: string]>> = {
  clear: ["white", "613f2e26-407d-48c7-9eca-b8e91df99dc9"],
  green: ["green", "34098fce-860f-48ae-8e50-ebd3cc5e41da"],
  amber: ["amber", "f88d31f6-486f-44da-b317-01333bde0b82"],
  red: ["red", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed"],
};

/** When this way of writing the author began; an identity that is everywhere the same needs a time that is, too. */
const AUTHOR_SINCE = "2026-11-01T00:00:00.000Z";

/** Confidence as STIX counts it: the middle of Low, Medium and High of its appendix A. */
export const STIX_CONFIDENCE: Readonly<Record<Confidence, number>> = { low: 15, medium: 50, high: 85 };

/** Prepares what all objects share. */
export function stixFrame(assessment: Assessment, tlp: TlpLabel): StixFrame {
  const stamp = stampOf(assessment);
  const key = caseKey(assessment);
  const marking = tlpMarking(tlp);
  const author: StixObject = {
    type: "identity",
    spec_version: "2.1",
    id: `identity--${uuid5(POSTERN_NAMESPACE, "author")}`,
    created: AUTHOR_SINCE,
    modified: AUTHOR_SINCE,
    name: "Postern",
    identity_class: "system",
    description: "Program that reads what an Exchange server left behind.",
  };
  return {
    stamp,
    author,
    marking,
    object: (type, name, properties) => ({
      type,
      spec_version: "2.1",
      id: `${type}--${uuid5(POSTERN_NAMESPACE, `${key} ${type} ${name}`)}`,
      created_by_ref: author.id,
      created: stamp,
      modified: stamp,
      ...properties,
      object_marking_refs: [marking.id],
    }),
  };
}

function tlpMarking(label: TlpLabel): StixObject {
  const [name, uuid] = TLP[label];
  return {
    type: "marking-definition",
    spec_version: "2.1",
    id: `marking-definition--${uuid}`,
    created: "2017-01-20T00:00:00.000Z",
    definition_type: "tlp",
    name: `TLP:${name.toUpperCase()}`,
    definition: { tlp: name },
  };
}
