/**
 * The text that resetting a virtual directory writes: the settings as `Name : value` lines (CVE-2021-27065).
 * It dates the drop by itself, whatever the times of the file say. All values are untrusted.
 */
export interface OabDump {
  readonly server: string | null;
  /** `15.1.2106.2`, from AdminDisplayVersion. */
  readonly build: string | null;
  readonly internalUrl: string | null;
  readonly externalUrl: string | null;
  /** Script that stands in one of the addresses: the file runs code when it is requested. */
  readonly script: { readonly setting: string; readonly text: string; readonly index: number } | null;
  /**
   * True when an address is the shell of one whose script is gone: `http://f/` and nothing behind it.
   * The web server took the script out because it ran it: this is an answer of the back door.
   */
  readonly rendered: boolean;
  /** ISO 8601 UTC where the text is unambiguous, else null. Created = when the reset made the object anew. */
  readonly createdUtc: string | null;
  readonly changedUtc: string | null;
  /** The times as they stand there, for excerpts. */
  readonly whenCreated: string | null;
  readonly whenChanged: string | null;
}

/** Lines read of a dump; genuine ones have about 40. */
const LINE_LIMIT = 2000;
const SETTING = /^\s{0,80}([A-Za-z][A-Za-z0-9]{1,60})\s{0,80}:(?: (.*)|)$/u;
const SCRIPT = /<\s{0,8}script\b|<%|\brunat\s{0,8}=/iu;
/** Host names of one or two characters exist in no organisation: the attackers' tools used `f`, `g` and the like. */
const EMPTY_SHELL = /^\s*https?:\/\/[a-z0-9]{1,2}\/?\s*$/iu;
/** Settings that only a dump of a virtual directory has; two of them beside an address make one. */
const MARKS = [
  "offlineaddressbooks",
  "extendedprotectiontokenchecking",
  "internalauthenticationmethods",
  "externalauthenticationmethods",
  "metabasepath",
];

interface Setting {
  readonly value: string;
  /** Index of the value in the text. */
  readonly index: number;
}

/** Reads a dump of an OAB (or ECP, OWA ...) virtual directory; null when the text is none. */
export function findOabDump(text: string): OabDump | null {
  const settings = readSettings(text);
  const marks = MARKS.filter((name) => settings.has(name));
  const addresses = ["externalurl", "internalurl"].flatMap((name) => {
    const setting = settings.get(name);
    return setting === undefined ? [] : [{ name, ...setting }];
  });
  if (marks.length < 2 || addresses.length === 0) return null;
  const planted = addresses.find((address) => SCRIPT.test(address.value));
  const valueOf = (name: string): string | null => settings.get(name)?.value.trim() ?? null;
  return {
    server: valueOf("server"),
    build: readBuild(valueOf("admindisplayversion")),
    internalUrl: valueOf("internalurl"),
    externalUrl: valueOf("externalurl"),
    script:
      planted === undefined
        ? null
        : {
            setting: planted.name === "externalurl" ? "ExternalUrl" : "InternalUrl",
            text: planted.value.trim(),
            index: planted.index,
          },
    rendered: planted === undefined && addresses.some((address) => EMPTY_SHELL.test(address.value)),
    createdUtc: parseListedTime(valueOf("whencreatedutc")),
    changedUtc: parseListedTime(valueOf("whenchangedutc")),
    whenCreated: valueOf("whencreatedutc") ?? valueOf("whencreated"),
    whenChanged: valueOf("whenchangedutc") ?? valueOf("whenchanged"),
  };
}

/** Setting name in lower case to value; lines without a name belong to the setting before. The first of two wins. */
function readSettings(text: string): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>();
  let name: string | null = null;
  let index = 0;
  for (const line of text.split("\n", LINE_LIMIT)) {
    const match = SETTING.exec(line.replace(/\r$/u, ""));
    if (match !== null) {
      const value = match[2] ?? "";
      name = match[1]?.toLowerCase() ?? "";
      if (!settings.has(name)) settings.set(name, { value, index: index + line.indexOf(":") + 2 });
    } else if (name !== null) {
      const before = settings.get(name);
      if (before !== undefined) settings.set(name, { ...before, value: `${before.value}\n${line}` });
    }
    index += line.length + 1;
  }
  return settings;
}

/** `Version 15.1 (Build 2106.2)` as `15.1.2106.2`. */
function readBuild(value: string | null): string | null {
  const match = /^Version (\d{1,3}\.\d{1,3}) \(Build (\d{1,6}\.\d{1,6})\)/u.exec(value ?? "");
  return match === null ? null : `${match[1] ?? ""}.${match[2] ?? ""}`;
}

const CLOCK = String.raw`[ ,]{1,3}(\d{1,2})[:.](\d{2})[:.](\d{2})`;
const SLASHES = new RegExp(`^(\\d{1,2})/(\\d{1,2})/(\\d{4})${CLOCK}(?: ?([AP])\\.?M\\.?)?$`, "iu");
const DOTS = new RegExp(`^(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})${CLOCK}$`, "u");
const YEAR_FIRST = new RegExp(`^(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})${CLOCK}$`, "u");

/**
 * A time as PowerShell lists it in the language of the server, taken as UTC.
 * @returns null when day and month cannot be told apart (`03/04/2021 14:00:00`), or for anything else.
 */
export function parseListedTime(value: string | null): string | null {
  const text = value?.trim() ?? "";
  const dots = DOTS.exec(text);
  if (dots !== null) return toIso([dots[3], dots[2], dots[1], ...dots.slice(4, 7)], 0);
  const first = YEAR_FIRST.exec(text);
  if (first !== null) return toIso(first.slice(1, 7), 0);
  const slashes = SLASHES.exec(text);
  if (slashes === null) return null;
  const [, one, two, year, hour, minute, second, half] = slashes;
  // Only English of the United States writes AM and PM behind slashes, and it writes the month first.
  if (half !== undefined)
    return toIso(
      [year, one, two, String(Number(hour) % 12), minute, second],
      half.toLowerCase() === "p" ? 12 : 0,
    );
  if (one === two || Number(two) > 12) return toIso([year, one, two, hour, minute, second], 0);
  return Number(one) > 12 ? toIso([year, two, one, hour, minute, second], 0) : null;
}

function toIso(parts: readonly (string | undefined)[], addHours: number): string | null {
  const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = parts.map(Number);
  const time = new Date(Date.UTC(year, month - 1, day, hour + addHours, minute, second));
  const valid = time.getTime() > 0 && time.getUTCMonth() === month - 1 && time.getUTCDate() === day;
  return valid ? time.toISOString() : null;
}
