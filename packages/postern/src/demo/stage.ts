import type { Person, Server } from "./district.ts";
import type { Random } from "./random.ts";
import type { Tree } from "./tree.ts";
import type { WindowsEvent } from "./windows-record.ts";

/** An Exchange build and since when the server runs it (ms since 1970). */
export interface InstalledBuild {
  readonly sinceMs: number;
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  readonly revision: number;
}

/** A server on its stage: everything that a generator needs to know to write its records. */
export interface Stage {
  readonly tree: Tree;
  readonly random: Random;
  readonly server: Server;
  readonly people: readonly Person[];
  /** Builds in order of time; the first one counts from the beginning. */
  readonly builds: readonly InstalledBuild[];
  /** Folder of the server's drive C below the target folder. */
  readonly drive: string;
  /** Which logs are part of this evidence, and from when; a log before its first day is not written. */
  readonly keeps: (log: LogName, timeMs: number) => boolean;
  /** Address of the load balancer that IIS sees as the client, or null. */
  readonly balancer: string | null;
  /** A stretch in which somebody had switched on two more IIS fields on the front end, or null. */
  readonly wideIis: { readonly fromMs: number; readonly untilMs: number } | null;
  /** Takes a Windows event; it is exported when the scenario is complete. */
  readonly event: (event: WindowsEvent) => void;
  /** Language of the server's Windows: of account names and event messages. */
  readonly language: "en" | "de";
}

/** The logs that a stage may keep or lack. */
export type LogName =
  | "iis-front"
  | "iis-back"
  | "http-proxy"
  | "ecp-server"
  | "ecp-activity"
  | "ews"
  | "mapi-http"
  | "oab-generator"
  | "rps-cmdlet"
  | "rps-http"
  | "local-powershell"
  | "tracking"
  | "audit";

/** Exchange 2013 CU23 as released. */
export const CU23_2013 = { major: 15, minor: 0, build: 1497, revision: 2 } as const;
/** Exchange 2016 CU19 as released. */
export const CU19 = { major: 15, minor: 1, build: 2176, revision: 2 } as const;
/** Exchange 2016 CU19 with the security update of March 2021. */
export const CU19_MARCH = { major: 15, minor: 1, build: 2176, revision: 9 } as const;
/** Exchange 2016 CU19 with the security update of April 2021. */
export const CU19_APRIL = { major: 15, minor: 1, build: 2176, revision: 12 } as const;

/** Exchange 2016 CU23 as released. */
export const CU23_2016 = { major: 15, minor: 1, build: 2507, revision: 6 } as const;
/** Exchange 2016 CU23 with the security update of November 2022. */
export const CU23_2016_NOVEMBER = { major: 15, minor: 1, build: 2507, revision: 16 } as const;
/** Exchange 2019 CU12 as released. */
export const CU12_2019 = { major: 15, minor: 2, build: 1118, revision: 7 } as const;
/** Exchange 2019 CU12 with the security update of November 2022. */
export const CU12_2019_NOVEMBER = { major: 15, minor: 2, build: 1118, revision: 20 } as const;
/** Exchange 2019 CU14 as released. */
export const CU14_2019 = { major: 15, minor: 2, build: 1544, revision: 4 } as const;
/** Exchange 2019 CU14 with the second security update of November 2024. */
export const CU14_2019_NOVEMBER = { major: 15, minor: 2, build: 1544, revision: 14 } as const;

/** The year in a product's name. */
export function productYear(build: Pick<InstalledBuild, "minor">): "2013" | "2016" | "2019" {
  return build.minor === 0 ? "2013" : build.minor === 1 ? "2016" : "2019";
}

/** The build that runs at a time. */
export function buildAt(stage: Stage, timeMs: number): InstalledBuild {
  let found = stage.builds[0];
  for (const build of stage.builds) if (build.sinceMs <= timeMs) found = build;
  if (found === undefined) throw new RangeError("a stage needs a build");
  return found;
}

/** `15.1.2176.2` */
export function shortBuild(build: InstalledBuild): string {
  return `${build.major}.${build.minor}.${build.build}.${build.revision}`;
}

/** `15.01.2176.002`, the form of `#Version`. */
export function longBuild(build: InstalledBuild): string {
  const padded = (value: number, width: number): string => String(value).padStart(width, "0");
  return `${build.major}.${padded(build.minor, 2)}.${padded(build.build, 4)}.${padded(build.revision, 3)}`;
}

/** The four version columns of Exchange's request logs. */
export function versionColumns(build: InstalledBuild): Readonly<Record<string, number>> {
  return {
    MajorVersion: build.major,
    MinorVersion: build.minor,
    BuildVersion: build.build,
    RevisionVersion: build.revision,
  };
}

/** The version number that Exchange writes into back-end cookies: major, minor and build packed into 32 bits (seen as 1942063431 for 15.1.2375). */
export function packedVersion(build: InstalledBuild): number {
  return (0x73c00000 | (build.minor << 16) | 0x8000 | build.build) >>> 0;
}
