/** The products of Exchange Server that the knowledge covers. */
export const PRODUCTS = ["2013", "2016", "2019", "SE"] as const;
/** One product of Exchange Server. */
export type Product = (typeof PRODUCTS)[number];

/** A build number of Exchange Server, e.g. `15.1.2375.7`. */
export interface Build {
  /** Without padding zeros. */
  readonly text: string;
  readonly parts: readonly [major: number, minor: number, build: number, revision: number];
}

// Padded (15.01.2375.007) in file versions and log headers, plain (15.1.2375.7) in tables.
const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})\.(\d{1,5})$/;
// AdminDisplayVersion of Get-ExchangeServer.
const DISPLAYED = /^Version (\d{1,3})\.(\d{1,3}) \(Build (\d{1,5})\.(\d{1,5})\)$/i;
// In Active Directory (serialNumber) the third number carries 30000 on top; that is another number, so not accepted here.
const FIRST_DIRECTORY_NUMBER = 30_000;

/**
 * Reads a build number, zero padded or not, or the form `Version 15.1 (Build 2375.7)`.
 * Blanks around it are ignored. Null for anything else, three numbers and directory numbers (`Build 32375.7`) included.
 */
export function parseBuild(text: string): Build | null {
  if (text.length > 64) return null;
  const found = DOTTED.exec(text.trim()) ?? DISPLAYED.exec(text.trim());
  if (found === null) return null;
  const [major = 0, minor = 0, build = 0, revision = 0] = found.slice(1).map(Number);
  if (build >= FIRST_DIRECTORY_NUMBER) return null;
  return { text: `${major}.${minor}.${build}.${revision}`, parts: [major, minor, build, revision] };
}

/** Orders builds number by number: below zero when `a` is the older one, zero when they are the same. */
export function compareBuilds(a: Build, b: Build): number {
  for (let i = 0; i < a.parts.length; i++) {
    const difference = (a.parts[i] ?? 0) - (b.parts[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True when two builds belong to the same cumulative update: their first three numbers are equal. */
export function sameBranch(a: Build, b: Build): boolean {
  return a.parts[0] === b.parts[0] && a.parts[1] === b.parts[1] && a.parts[2] === b.parts[2];
}

/**
 * Words that a source of a build carries in its description (BuildSpan.source, BuildObservation.source), because they
 * change what the build proves.
 */
export const SOURCE_MARKS = {
  /** The source never shows a security update: the real build may be higher within the same CU. */
  cuOnly: "shows the CU only",
  /** Setup installed Exchange on this computer at that time: there was no Exchange on it before. */
  firstInstall: "first installation",
} as const;

/** The name under which readers give Windows Extended Protection, which closes CVE-2024-21410. */
export const EXTENDED_PROTECTION = "Windows Extended Protection";
