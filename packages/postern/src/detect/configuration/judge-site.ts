import type { KnownSettings } from "./known-settings.ts";
import { assemblyOf, typeNameOf } from "./known-settings.ts";
import { quote, type Opinion, type SettingFacts } from "./lead.ts";
import { isHidingPlace, normalizeWindowsPath, PLACE_NAMES, placeOfPath } from "./windows-place.ts";

/** ATT&CK: web shell; impair defenses by switching logging off. */
const WEB_SHELL = ["T1505.003"];
const LOGGING = ["T1562.002"];

/** File kinds that are data: a handler that runs them as pages makes a back door of a picture or a text. */
const DATA_FILES =
  /\.(?:jpe?g|png|gif|bmp|ico|svg|css|js|txt|log|config|html?|woff2?|eot|ttf|pdf|xml|dat|tmp|bak|zip|map|less|db|ini)$/iu;
const PAGE_ENGINES =
  /^system\.web\.ui\.(?:pagehandlerfactory|simplehandlerfactory)$|^system\.web\.compilation\.(?:page|webhandler|webservice)buildprovider$|^system\.web\.services\.protocols\.webservicehandlerfactory$/iu;
const ENGINE_FILES = /\\(?:aspnet_isapi|asp|php-cgi|php\d?isapi)\.(?:dll|exe)$/u;

/** Judges a handler mapping (`handlers/add`, `httpHandlers/add`) and a build provider. */
export function judgeHandler({ kind, values, location }: SettingFacts, known: KnownSettings): Opinion | null {
  const type = values["type"] ?? "";
  const processor = values["scriptProcessor"] ?? "";
  const pattern = kind === "build-provider" ? `*${values["extension"] ?? ""}` : (values["path"] ?? "");
  const path = normalizeWindowsPath(processor.split("|")[0] ?? "");
  const where = location === "" ? "" : ` of ${quote(location)}`;
  const bad = known.findBad("assembly", assemblyOf(type) ?? "");
  const runsData =
    pattern.split(",").some((one) => DATA_FILES.test(one.trim())) &&
    !isGenuineMapping(pattern, path) &&
    (PAGE_ENGINES.test(typeNameOf(type)) || ENGINE_FILES.test(path));
  if (runsData || bad !== null)
    return {
      kind: "handler-backdoor",
      id: "configuration/handler-runs-data",
      rung: "L2",
      confidence: "medium",
      text:
        bad === null
          ? `Files ${quote(pattern)}${where} are run as pages, so that a picture, style or settings file can be a back door.`
          : `Requests ${quote(pattern)}${where} go to a published back door (${bad.what}).`,
      entities: { urls: [pattern] },
      attack: WEB_SHELL,
    };
  if (processor === "" || known.hasScriptProcessor(path)) return unknownType({ type, pattern, where }, known);
  const place = placeOfPath(path);
  return {
    kind: isHidingPlace(place) ? "handler-backdoor" : "handler-unknown",
    id: "configuration/handler-program",
    rung: isHidingPlace(place) ? "L2" : null,
    confidence: isHidingPlace(place) ? "medium" : "low",
    text: `Requests ${quote(pattern)}${where} are answered by ${quote(processor)}, which lies in ${PLACE_NAMES[place]}.`,
    entities: { files: [processor] },
    attack: WEB_SHELL,
  };
}

/** Exchange maps Autodiscover's `*.xml` to ASP.NET itself. */
function isGenuineMapping(pattern: string, processor: string): boolean {
  return pattern === "*.xml" && processor.endsWith("\\aspnet_isapi.dll");
}

function unknownType(
  mapping: { readonly type: string; readonly pattern: string; readonly where: string },
  known: KnownSettings,
): Opinion | null {
  const name = typeNameOf(mapping.type);
  const assembly = assemblyOf(mapping.type);
  // Names of .NET and Exchange are many and differ by build; a handler of theirs answers single paths, not every request.
  const isOwn = /^(?:system|microsoft)\./iu.test(assembly ?? name);
  if (name === "" || isOwn || known.hasManagedType(mapping.type)) return null;
  return {
    kind: "handler-unknown",
    id: "configuration/handler-type",
    confidence: "low",
    text: `Requests ${quote(mapping.pattern)}${mapping.where} are answered by ${quote(mapping.type)}, which neither .NET nor Exchange ships.`,
    entities: { files: assembly === null ? [] : [`${assembly}.dll`] },
    attack: WEB_SHELL,
  };
}

/** Judges where a virtual directory lies on disk. */
export function judgeVirtualDirectory(
  { values, location }: SettingFacts,
  known: KnownSettings,
): Opinion | null {
  const physical = values["physicalPath"] ?? "";
  if (physical === "" || known.hasVirtualDirectory(physical)) return null;
  const path = normalizeWindowsPath(physical);
  const place = placeOfPath(path);
  const url = `${location}${values["path"] ?? ""}`;
  const bad =
    place === "program-data"
      ? (path.split("\\").flatMap((part) => known.findBad("folder", part) ?? [])[0] ?? null)
      : null;
  const hidden = bad !== null || place === "temp" || /^[a-z]:\\users\\all users/u.test(path);
  const named = `The web server serves ${quote(physical)} as ${quote(url)}`;
  return {
    kind: hidden ? "virtual-directory-backdoor" : "virtual-directory-unknown",
    id: hidden ? "configuration/vdir-hidden" : "configuration/vdir-place",
    rung: hidden ? "L2" : null,
    confidence: hidden ? (bad === null ? "medium" : "high") : isHidingPlace(place) ? "medium" : "low",
    text:
      bad === null
        ? `${named}; it lies in ${PLACE_NAMES[place]}, outside of the folders of Exchange and IIS.`
        : `${named}; back doors of the ProxyShell break-in lie in folders of this name.`,
    entities: { files: [physical], urls: [url] },
    attack: WEB_SHELL,
  };
}

/** Judges the key that protects ViewState and sign-in cookies. Exchange lets ASP.NET make its own. */
export function judgeMachineKey({ values, location }: SettingFacts, known: KnownSettings): Opinion | null {
  const key = (values["validationKey"] ?? "").split(",")[0]?.trim() ?? "";
  if (key === "" || /^autogenerate$/iu.test(key)) return null;
  const bad = known.findBad("machine-key", key);
  const where = location === "" ? "" : ` of ${quote(location)}`;
  if (bad !== null)
    return {
      kind: "machine-key-published",
      id: "configuration/machine-key-published",
      confidence: "high",
      text: `The machineKey${where} is published: ${bad.what}.`,
      attack: ["T1190"],
    };
  return {
    kind: "machine-key-fixed",
    id: "configuration/machine-key-fixed",
    confidence: "low",
    text: `The machineKey${where} is written into the file (${quote(`${key.slice(0, 4)}…`)}); Exchange lets ASP.NET make one.`,
    attack: ["T1190"],
  };
}

/** Judges whether requests are still written down, and where. */
export function judgeLogging({ kind, values, location }: SettingFacts, known: KnownSettings): Opinion | null {
  const where = location === "" ? "" : ` for ${quote(location)}`;
  const off =
    kind === "http-logging"
      ? values["dontLog"]?.toLowerCase() === "true"
      : values["enabled"]?.toLowerCase() === "false" || isOnlyEtw(values["logTargetW3C"]);
  if (off)
    return {
      kind: "web-logging-off",
      id: "configuration/logging-off",
      confidence: "medium",
      text: `The web server does not write down requests${where}.`,
      attack: LOGGING,
    };
  const folder = values["directory"] ?? "";
  if (kind !== "log-file" || folder === "" || known.hasLogFolder(folder)) return null;
  return {
    kind: "web-logs-moved",
    id: "configuration/logs-moved",
    confidence: "low",
    text: `The web server writes its logs${where} to ${quote(folder)}.`,
    entities: { files: [folder] },
  };
}

function isOnlyEtw(target: string | undefined): boolean {
  return target !== undefined && target !== "" && !/file/iu.test(target);
}
