import {
  findCustomised,
  findFileOrigin,
  guessBuild,
  installPathOf,
  parseBuild,
  sameBranch,
  type CustomisedFiles,
  type FileOrigin,
  type GenuineLists,
} from "../../knowledge/index.ts";
import type { ItemResult } from "../../scan/index.ts";

/** A file below the install folder and what the lists say of it. */
export interface ComparedFile {
  readonly item: ItemResult;
  readonly found: FileOrigin;
  /** Why another hash says nothing by itself; null where it does. */
  readonly usual: CustomisedFiles | null;
}

/** The files below the install folder of one server, compared with the list of its build. */
export interface ServerOrigins {
  /** The build that they were compared with; null when no list fits. */
  readonly build: string | null;
  /** True when nothing but the files themselves says which build it is. */
  readonly guessed: boolean;
  /** Files that ship with this build, or with any where none fits. */
  readonly genuine: number;
  readonly changed: readonly ComparedFile[];
  readonly added: readonly ComparedFile[];
  readonly otherBuild: readonly ComparedFile[];
  readonly customised: readonly ComparedFile[];
  /** Why files could not be compared, one sentence; null when they were, or when there are none. */
  readonly note: string | null;
}

/** What comparing needs to know. */
export interface OriginKnowledge {
  /** Asked only when there are files to compare. */
  readonly lists: () => GenuineLists;
  readonly customised: readonly CustomisedFiles[];
}

const NOTHING = { genuine: 0, changed: [], added: [], otherBuild: [], customised: [] } as const;

/**
 * Compares the files of one server that lie below its install folder now; copies in quarantines, backups and shadow copies say
 * nothing about today.
 * @param known the newest build that logs or settings name; null when none does.
 */
export function assessOrigins(
  items: readonly ItemResult[],
  known: string | null,
  knowledge: OriginKnowledge,
): ServerOrigins {
  const files = items.filter(
    (item) => item.sha256 !== "" && item.standing === "live" && installPathOf(item.path) !== null,
  );
  if (files.length === 0) return { build: null, guessed: false, ...NOTHING, note: null };
  const lists = knowledge.lists();
  const { build, guessed } = chooseBuild(lists, files, known);
  const compared = files.map((item): ComparedFile => {
    const found = findFileOrigin(lists, { path: item.path, sha256: item.sha256, build });
    return { item, found, usual: usualOf(found, knowledge) };
  });
  const of = (origin: FileOrigin["origin"]): readonly ComparedFile[] =>
    compared.filter((one) => one.found.origin === origin);
  const genuine = of("genuine").length;
  const changed = of("changed").filter((one) => one.usual === null);
  if (build === null) return { build, guessed, ...NOTHING, genuine, note: withoutList(lists, known) };
  if (fitsBadly(changed.length, genuine))
    return { build: null, guessed, ...NOTHING, genuine, note: misfit(build, changed.length, genuine) };
  return {
    build,
    guessed,
    genuine,
    changed,
    added: compared.filter(
      ({ found, item, usual }) => found.added && usual?.alsoNew !== true && runs(item.name),
    ),
    otherBuild: of("other-build"),
    customised: of("changed").filter((one) => one.usual !== null),
    note: null,
  };
}

function usualOf({ place }: FileOrigin, { customised }: OriginKnowledge): CustomisedFiles | null {
  return place === null ? null : findCustomised(customised, place);
}

/**
 * Files tell the security update, which settings often do not; logs tell the product and the CU, which a few files
 * cannot. So the files decide inside of the CU that is known, and where nothing is known.
 */
function chooseBuild(
  lists: GenuineLists,
  files: readonly ItemResult[],
  known: string | null,
): { readonly build: string | null; readonly guessed: boolean } {
  const live = known === null || lists.speaksFor(known) ? guessBuild(lists, files) : null;
  if (known === null) return { build: live, guessed: live !== null };
  if (!lists.speaksFor(known)) return { build: null, guessed: false };
  const [a, b] = [parseBuild(known), live === null ? null : parseBuild(live)];
  const nearer = a !== null && b !== null && sameBranch(a, b) ? live : known;
  return { build: nearer, guessed: false };
}

/** From so many changed files on a list that explains fewer is the wrong one. */
const MIN_MISFITS = 5;

function fitsBadly(changed: number, genuine: number): boolean {
  return changed >= MIN_MISFITS && changed > genuine;
}

function misfit(build: string, changed: number, genuine: number): string {
  return `The list of file hashes of ${build} does not fit these files (${String(genuine)} of ${String(changed + genuine)} are as listed): changed files of Exchange could not be told.`;
}

function withoutList(lists: GenuineLists, known: string | null): string {
  const newest = lists.builds.at(-1) ?? "none";
  return known === null
    ? "The build of this server is not known, so its files were not compared with a list of genuine ones."
    : `There is no list of file hashes for this build (${known}; the newest list is of ${newest}): changed files of Exchange could not be told. "postern baseline add" takes one from a clean server.`;
}

/** Files that a server runs or serves as code; logs, mail and pictures that are new say nothing. */
const RUNS =
  /\.(?:asp|ashx|asmx|aspx|aspq|ascx|asax|svc|soap|rem|cshtml?|vbhtml?|master|cer|cdx|config|dll|exe|ps1|psm1|bat|cmd|vbs|js|jse|wsf|hta|php|jsp)$/iu;

function runs(name: string): boolean {
  return RUNS.test(name.replace(/[. ]{1,8}$/u, ""));
}
