import type { Damage, DamageCode } from "../model/index.ts";
import type { Fault, FoundFile } from "./found.ts";
import { diskOf } from "./disk-of.ts";
import type { EvidenceEntry, EvidenceItem } from "./item.ts";
import { serverOfReport } from "./layouts/index.ts";
import type { Description } from "./layouts/index.ts";
import type { Scene } from "./scene.ts";
import { append } from "./scene.ts";
import { isPutAside } from "./standing.ts";
import { deriveByAnchor, deriveWindowsPath } from "./windows-path.ts";

/** The name that a user gave to the server whose evidence lies at a place, or null. */
export type ServerNames = (location: string) => string | null;

/** What becomes of a found file at its scene. */
export interface Placing {
  readonly index: number;
  readonly scene: Scene;
  readonly serverNames: ServerNames;
  /** Whether the scene's origin already ends with the file, as for a file given by itself. */
  readonly given: boolean;
}

/** An item, followed by the damage that listing it showed. */
export function toEntries(file: FoundFile, placing: Placing): readonly EvidenceEntry[] {
  const { index, scene } = placing;
  const met = new Map<DamageCode, Damage>();
  const origin = placing.given ? scene.origin : append(scene.origin, file.name);
  const item: EvidenceItem = {
    index,
    origin,
    name: file.name,
    sizeBytes: file.sizeBytes,
    ...placed(file, placing),
    collection: collectionOf(file, origin, scene),
    ...(file.blocked ? { blocked: true } : {}),
    ...(file.seekable ? { seekable: true } : {}),
    ...(scene.layout?.isOwnCase === true ? { isOwnCase: true } : {}),
    // One of a kind is enough: a damaged entry says so each time it is read.
    open: () =>
      file.open((fault) => {
        if (!met.has(fault.code)) met.set(fault.code, toDamage(index, fault));
      }),
    readDamage: () =>
      [...met.values()].filter((damage) => !file.faults.some((known) => known.code === damage.code)),
  };
  return [{ kind: "item", item }, ...file.faults.map((fault) => toDamage(index, fault))];
}

function placed(
  file: FoundFile,
  { scene, serverNames, given }: Placing,
): Pick<EvidenceItem, "logicalPath" | "times" | "server" | "standing" | "promised"> {
  const said = scene.layout?.describe([...scene.below, file.name]) ?? null;
  const derived =
    deriveWindowsPath([...scene.inner, file.name]) ??
    deriveByAnchor(given ? scene.outer : [...scene.outer, ...scene.inner, file.name]);
  const reported = serverOfReport(file.name);
  const location = given ? scene.location : append(scene.location, file.name);
  const logicalPath = said?.logicalPath ?? derived?.path ?? null;
  const shadow = said?.standing === "shadow-copy" || (derived?.shadowCopy ?? null) !== null;
  return {
    logicalPath,
    times: said?.times ?? file.times,
    server: serverNames(location) ?? scene.server ?? reported,
    standing: standingOf([...scene.trail, file.name], logicalPath, shadow),
    ...(said?.promised === undefined ? {} : { promised: said.promised }),
  };
}

/** A collector or a report's name says what belongs together; without them the folders of a disk do. */
function collectionOf(file: FoundFile, origin: string, scene: Scene): string {
  if (scene.layout !== null || scene.server !== null) return scene.collection;
  const reported = serverOfReport(file.name);
  return reported === null ? diskOf(origin, scene.collection) : `${scene.collection}!${reported}`;
}

function standingOf(
  trail: readonly string[],
  logicalPath: Description["logicalPath"],
  shadow: boolean,
): EvidenceItem["standing"] {
  if (isPutAside(trail) || isPutAside(logicalPath?.split("\\") ?? [])) return "history";
  return shadow ? "shadow-copy" : "live";
}

/** Damage at an item of the case. */
export function toDamage(index: number, { code, lost, note, offsetBytes }: Fault): Damage {
  return { kind: "damage", code, at: { item: index, offsetBytes, lengthBytes: 0, record: null }, lost, note };
}
