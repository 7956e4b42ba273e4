import type { KnownSettings } from "./known-settings.ts";
import { assemblyOf, typeNameOf } from "./known-settings.ts";
import { quote, type Opinion, type SettingFacts } from "./lead.ts";
import { isHidingPlace, normalizeWindowsPath, PLACE_NAMES, placeOfPath } from "./windows-place.ts";

/** ATT&CK: IIS components. */
const IIS_COMPONENTS = ["T1505.004"];

/** Judges a native module by its image: `globalModules/add`, or an inventory of modules. */
export function judgeNativeModule({ values }: SettingFacts, known: KnownSettings): Opinion | null {
  const image = values["image"] ?? "";
  if (image === "" || known.hasNativeModule(image)) return null;
  const path = normalizeWindowsPath(image);
  const place = placeOfPath(path);
  const bad = known.findBad("module", path.slice(path.lastIndexOf("\\") + 1));
  const entities = { files: [image] };
  const named = `The web server loads ${quote(image)} as module ${quote(values["name"] ?? "")}`;
  if (bad !== null)
    return {
      kind: "iis-module-backdoor",
      id: "configuration/module-name",
      rung: "L2",
      confidence: "medium",
      text: `${named}; the file has the name of a published back door (${bad.what}).`,
      entities,
      attack: IIS_COMPONENTS,
    };
  if (isHidingPlace(place) || place === "web")
    return {
      kind: "iis-module-backdoor",
      id: "configuration/module-place",
      rung: "L2",
      confidence: "medium",
      text: `${named}; it lies in ${PLACE_NAMES[place]}, where no module of IIS or Exchange lies.`,
      entities,
      attack: IIS_COMPONENTS,
    };
  const isSigned = values["IsMicrosoftSigned"] === "true";
  if (isSigned) return null;
  const signature = values["Signed"] === "false" ? " It is not signed." : signerText(values["Signer"]);
  return {
    kind: "iis-module-unknown",
    id: "configuration/module-unknown",
    confidence: values["Signed"] === "false" ? "medium" : "low",
    text: `${named}, which neither IIS nor Exchange ships.${signature}`,
    entities,
    attack: IIS_COMPONENTS,
  };
}

function signerText(signer: string | undefined): string {
  return signer === undefined || signer === "" ? "" : ` It is signed by ${quote(signer)}.`;
}

/** Judges a managed module by its type: `modules/add` and `httpModules/add`. */
export function judgeManagedModule({ values }: SettingFacts, known: KnownSettings): Opinion | null {
  const type = values["type"] ?? "";
  if (typeNameOf(type) === "") return null;
  const assembly = assemblyOf(type);
  const entities = { files: assembly === null ? [] : [`${assembly}.dll`] };
  const named = `Every request passes through ${quote(typeNameOf(type))} (module ${quote(values["name"] ?? "")})`;
  const bad = assembly === null ? null : known.findBad("assembly", assembly);
  if (bad !== null)
    return {
      kind: "iis-module-backdoor",
      id: "configuration/module-assembly",
      rung: "L2",
      confidence: "high",
      text: `${named} of the assembly ${quote(assembly ?? "")}, a published back door (${bad.what}).`,
      entities,
      attack: IIS_COMPONENTS,
    };
  if (known.hasManagedType(type) && isOwnAssembly(assembly)) return null;
  return {
    kind: "iis-module-unknown",
    id: "configuration/managed-module-unknown",
    confidence: "low",
    text: `${named}, which is not among the modules of Exchange 2016 and 2019.`,
    doubt: isOwnName(type, assembly)
      ? "By its names it belongs to Exchange or .NET: another build may have it. Names can be imitated."
      : "",
    entities,
    attack: IIS_COMPONENTS,
  };
}

/** Framework types are named without their assembly; with one it must be of .NET or Exchange. */
function isOwnAssembly(assembly: string | null): boolean {
  return assembly === null || /^(?:system|mscorlib|microsoft)(?:\.|$)/iu.test(assembly);
}

function isOwnName(type: string, assembly: string | null): boolean {
  return /^(?:system\.|microsoft\.exchange\.)/iu.test(typeNameOf(type)) && isOwnAssembly(assembly);
}

/** Judges an ISAPI filter by its path. */
export function judgeFilter({ values, location }: SettingFacts, known: KnownSettings): Opinion | null {
  const image = values["path"] ?? "";
  if (image === "" || known.hasFilter(image)) return null;
  const path = normalizeWindowsPath(image);
  const place = placeOfPath(path);
  const entities = { files: [image] };
  const where = location === "" ? "" : ` for ${quote(location)}`;
  const named = `The web server loads ${quote(image)} as ISAPI filter ${quote(values["name"] ?? "")}${where}`;
  // OwaAuth: the name of a genuine filter, in another folder. attack.mitre.org/software/S0072
  if (/\\owaauth\.dll$/u.test(path) || isHidingPlace(place))
    return {
      kind: "iis-filter-backdoor",
      id: "configuration/filter-place",
      rung: "L2",
      confidence: "medium",
      text: isHidingPlace(place)
        ? `${named}; it lies in ${PLACE_NAMES[place]}.`
        : `${named}; the genuine filter of this name lies in another folder. The OwaAuth back door hides like this.`,
      entities,
      attack: IIS_COMPONENTS,
    };
  return {
    kind: "iis-filter-unknown",
    id: "configuration/filter-unknown",
    confidence: "low",
    text: `${named}, which neither IIS nor Exchange ships.`,
    entities,
    attack: IIS_COMPONENTS,
  };
}
