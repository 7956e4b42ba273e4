import { citeFile, MAX_CITATIONS } from "../findings/citations.ts";
import { newDraft, type Draft } from "../findings/draft.ts";
import { nameBuilds } from "../../knowledge/index.ts";
import type { ComparedFile, ServerOrigins } from "./assess-origins.ts";

/** Sentences a finding tells one by one; the citations have more. */
const MAX_TOLD = 8;

/** One draft for each way in which files of a server differ from the list of its build. All are leads: they stand on no rung. */
export function draftFromOrigins(server: string, origins: ServerOrigins): readonly Draft[] {
  const { build, guessed } = origins;
  if (build === null) return [];
  const make = (
    kind: string,
    files: readonly ComparedFile[],
    tell: (file: ComparedFile) => string,
  ): Draft[] => {
    if (files.length === 0) return [];
    const draft = newDraft(server, kind, true);
    draft.confidence = guessed ? "low" : "medium";
    if (guessed)
      draft.doubt.add(
        `That the server has ${build} was concluded from its files: no log or setting says so.`,
      );
    for (const file of files) addFile(draft, file, tell(file));
    return [draft];
  };
  return [
    ...make("install-changed", origins.changed, tellChanged),
    // What is judged by its content has a finding of its own.
    ...make(
      "install-added",
      origins.added.filter(isUnjudged),
      ({ item, found }) => `${item.path}: not in the list of ${found.build ?? build}.`,
    ),
    ...make(
      "install-other-build",
      origins.otherBuild,
      ({ item, found }) => `${item.path}: shipped with ${nameBuilds(found.builds)}.`,
    ),
    ...make(
      "install-customised",
      origins.customised,
      ({ item, usual }) => `${item.path}: ${usual?.what ?? ""}.`,
    ),
  ];
}

function isUnjudged({ item }: ComparedFile): boolean {
  return (item.file?.judgement.kind ?? null) === null;
}

function tellChanged({ item, found }: ComparedFile): string {
  const told = changeReason(item);
  return told === undefined
    ? `${item.path}: ships with ${found.build ?? "this build"} with another hash.`
    : `${item.path}: ${told.text}`;
}

function changeReason(
  item: ComparedFile["item"],
): { readonly text: string; readonly excerpt: string; readonly offsetBytes: number } | undefined {
  return item.file?.judgement.reasons.find((reason) => reason.id === "hash/changed");
}

function addFile(draft: Draft, { item }: ComparedFile, told: string): void {
  draft.count++;
  draft.rules.add("hash/list");
  draft.entities.add("files", item.path);
  draft.entities.add("hashes", item.sha256);
  if (draft.why.size < MAX_TOLD) draft.why.add(told);
  if (draft.citations.length < MAX_CITATIONS)
    draft.citations.push(citeFile(item, changeReason(item) ?? { offsetBytes: 0, excerpt: "" }));
}
