import type { Rung } from "../../model/index.ts";
import { quote, type Opinion, type SettingFacts } from "./lead.ts";

/** Names that antivirus programs give to back doors of web servers and to this family of break-ins. */
const WEB_SHELL_NAMES =
  /web-?shell|chopper|(?:^|[:/._-])(?:asp|aspx|jsp|php)(?:[:/._-]|$)|cve-2021-(?:26855|26857|26858|27065|31207|34473|34523)|iisexchg|suspexchg|exmanndropper|aspxspy|godzilla|behinder/iu;
const UNWANTED = /^(?:pua|adware|softwarebundler|browsermodifier|application|riskware|tool)[.:/]/iu;
const REMOVED = /quarantine|remov|delet|clean|disinfect/iu;
/** Where copies lie that nobody serves: they are history. */
const COPIES =
  /\\(?:quarantine|recycler|\$recycle\.bin|backup|evidence|forensics?|collect(?:ed|ion)[^\\]*)\\|\.(?:zip|7z|rar|eml|msg|pst|ost|edb)(?:$|->)/iu;

/** Judges what an antivirus program says that it found or removed. */
export function judgeRemoval({ values }: SettingFacts): Opinion | null {
  const threat = values["threat"] ?? "";
  const path = values["path"] ?? "";
  if (UNWANTED.test(threat)) return null;
  const folder = values["folder"] ?? "";
  const isShell = WEB_SHELL_NAMES.test(threat);
  const done = REMOVED.test(values["action"] ?? "") ? "found and removed" : "found";
  const what = path === "" ? quote(threat) : `${quote(threat)} in ${quote(path)}`;
  const when =
    values["localTime"] === undefined ? "" : ` (${values["localTime"]}, by the server's own clock)`;
  const served = folder !== "" && !COPIES.test(path);
  const isNamed = threat.includes(":") || /[./]/u.test(threat);
  const ran = served && isNamed && folder === "temporary-aspnet";
  return {
    kind: ran ? "antivirus-ran" : served && isNamed ? "antivirus-removed" : "antivirus-found",
    id: "antivirus/log",
    rung: rungOf({ ran, served, isNamed }),
    confidence: served ? (isShell ? "high" : "medium") : isShell ? "medium" : "low",
    text: `${values["product"] ?? "An antivirus program"} ${done} ${what}${when}.`,
    doubt:
      served || path === ""
        ? ""
        : "A copy in a quarantine, a backup, a mail or a download is not a back door in use.",
    entities: path === "" ? {} : { files: [path] },
    attack: isShell || served ? ["T1505.003"] : [],
    timeUtc: values["timeUtc"] ?? null,
  };
}

/** A line of a log that names no threat proves too little to stand on a rung. */
function rungOf(find: {
  readonly ran: boolean;
  readonly served: boolean;
  readonly isNamed: boolean;
}): Rung | null {
  if (find.ran) return "L3";
  return find.served && find.isNamed ? "L2" : null;
}
