import { quote, type Opinion, type SettingFacts } from "./lead.ts";

const WEB_SHELL = ["T1505.003"];
/** Removing a back door, and setting the times of one: ATT&CK T1070.004 and T1070.006. */
const REMOVED = ["T1070.004"];
const TIMES_SET = ["T1070.006"];

/** Folders in which Exchange ships few pages, all known, or none. */
const GUARDED: ReadonlySet<string> = new Set([
  "owa-auth",
  "ecp-auth",
  "aspnet-client",
  "oab",
  "frontend-other",
]);
/** So much earlier than its name was written a file cannot have been made; copying keeps neither. */
const SET_BACK_MS = 60_000;
/** A page that lived shorter than this was there for one purpose. */
const SHORT_MS = 24 * 3600 * 1000;

/** Judges what a file system or a listing says of a page that Exchange does not ship. Nothing here says what was in the page. */
export function judgeTrace({ values }: SettingFacts): Opinion | null {
  const { path = "", folder = "", state, created, nameCreated, gone } = values;
  if (folder === "") return state === "gone" ? judgeWithoutFolder(values) : null;
  if (!GUARDED.has(folder) && folder !== "wwwroot") return null;
  const guarded = GUARDED.has(folder);
  const times = timesOf(values);
  const about = { entities: { files: [path] }, confidence: guarded ? "medium" : "low" } as const;
  if (state === "gone")
    return {
      ...about,
      kind: "page-gone",
      id: "file-history/page-gone",
      text: `The page ${quote(path)} was there and is gone${times}.`,
      attack: [...WEB_SHELL, ...REMOVED],
      timeUtc: gone ?? nameCreated ?? created ?? null,
    };
  if (isSetBack(created, nameCreated))
    return {
      ...about,
      kind: "page-times-changed",
      id: "file-history/times-set-back",
      text: `The page ${quote(path)} says that it was made before its name was written into the folder${times}.`,
      attack: [...WEB_SHELL, ...TIMES_SET],
      timeUtc: nameCreated ?? null,
    };
  if (!guarded) return null;
  return {
    ...about,
    confidence: "low",
    kind: "page-listed",
    id: "file-history/page-listed",
    text: `A listing names the page ${quote(path)}, which Exchange does not ship${times}.`,
    attack: WEB_SHELL,
    timeUtc: nameCreated ?? created ?? null,
  };
}

/** The journal knows no folders: only a page that came and went within a day is told. */
function judgeWithoutFolder({ path = "", created = "", gone = "" }: SettingFacts["values"]): Opinion | null {
  const lived = Date.parse(gone) - Date.parse(created);
  if (!(lived >= 0 && lived < SHORT_MS)) return null;
  return {
    kind: "page-gone",
    id: "file-history/page-short-lived",
    confidence: "low",
    text: `A page named ${quote(path)} was made ${created} and deleted ${gone}; the journal does not say in which folder.`,
    entities: { files: [path] },
    attack: [...WEB_SHELL, ...REMOVED],
    timeUtc: gone,
  };
}

function isSetBack(created: string | undefined, nameCreated: string | undefined): boolean {
  return Date.parse(nameCreated ?? "") - Date.parse(created ?? "") > SET_BACK_MS;
}

function timesOf({ created, nameCreated, gone, streams = "" }: SettingFacts["values"]): string {
  const parts = [
    created === undefined ? "" : `made ${created}`,
    nameCreated === undefined || nameCreated === created ? "" : `name written ${nameCreated}`,
    gone === undefined ? "" : `deleted ${gone}`,
    /zone\.identifier/iu.test(streams) ? "fetched from another computer" : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
