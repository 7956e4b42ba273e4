import type { Assessment, Finding, ServerAssessment } from "../model/index.ts";
import { html, label } from "./html-template.ts";
import type { Html } from "./html-template.ts";

/** An assessment with the look-ups that several parts of an output need. */
export interface ReportView {
  readonly assessment: Assessment;
  /** Finding id to its anchor. Anchors are made from positions: ids come from a file that somebody may have changed. */
  readonly anchors: ReadonlyMap<string, string>;
  readonly servers: ReadonlyMap<string, ServerAssessment>;
}

/** The anchor of the finding at a position (0-based). */
export function findingAnchor(index: number): string {
  return `finding-${index + 1}`;
}

/** Builds the look-ups. */
export function toView(assessment: Assessment): ReportView {
  return {
    assessment,
    anchors: new Map(assessment.findings.map((finding, i) => [finding.id, findingAnchor(i)])),
    servers: new Map(assessment.servers.map((server) => [server.id, server])),
  };
}

/** The name of a server, or its id when the assessment does not list it. */
export function serverName(view: ReportView, id: string): string {
  return view.servers.get(id)?.name ?? id;
}

/** A link to a finding on the same page; plain text when there is no such finding. */
export function findingLink(view: ReportView, id: string): Html {
  const anchor = view.anchors.get(id);
  return anchor === undefined ? label(id) : html`<a href="#${anchor}">${label(id)}</a>`;
}

/** Links to findings, separated by commas; null for none. */
export function findingLinks(view: ReportView, ids: readonly string[]): Html | null {
  if (ids.length === 0) return null;
  return html`${ids.map((id, i) => [i === 0 ? "" : ", ", findingLink(view, id)])}`;
}

/** What one piece of a "not seen" list says, with the server's name before it when there are several. */
export interface NotSeen {
  readonly server: string | null;
  readonly text: string;
}

/** Everything that could not be seen, in the order of servers. */
export function notSeenOf(assessment: Assessment): readonly NotSeen[] {
  const several = assessment.servers.length > 1;
  return assessment.servers.flatMap((server) =>
    server.coverage.notSeen.map((text) => ({ server: several ? server.name : null, text })),
  );
}

/** Where a citation points, as `path:record` or `path, byte offset`. */
export function placeOf(citation: Finding["citations"][number]): string {
  return citation.record === null
    ? `${citation.path}, byte ${citation.offset}`
    : `${citation.path}:${citation.record}`;
}
