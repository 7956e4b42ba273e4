import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileLiterals, fromBytes } from "../../core/index.ts";
import type { ArtifactRecord, Damage } from "../../model/index.ts";
import { identifyTextLog, LOG_KINDS, parseTextLog, RAW_TEXT, type TextLogOptions } from "./index.ts";

/** One made sample for every kind of log and for every odd form; what it must be read as lies beside it. `npm run golden` rewrites. */
const FOLDER = join(import.meta.dirname, "samples");
const samples = readdirSync(FOLDER).filter((name) => /\.(log|csv)$/u.test(name));

interface Reading {
  readonly records: readonly ArtifactRecord[];
  readonly damage: readonly Damage[];
  readonly counts: { readonly records: number; readonly damaged: number; readonly headers: number };
  readonly version: string | null;
}

async function read(bytes: Uint8Array, options: TextLogOptions = { select: "all" }): Promise<Reading> {
  const records: ArtifactRecord[] = [];
  const damage: Damage[] = [];
  let last: Pick<Reading, "counts" | "version"> = {
    counts: { records: 0, damaged: 0, headers: 0 },
    version: null,
  };
  for await (const batch of parseTextLog(fromBytes(bytes), bytes.subarray(0, 1 << 16), 0, options)) {
    records.push(...batch.records);
    damage.push(...batch.damage);
    last = { counts: batch.counts, version: batch.header.version };
  }
  return { records, damage, ...last };
}

function shownRecord(record: ArtifactRecord): unknown {
  const filled = record.names.map((name, index) => [name, record.values[index] ?? ""] as const);
  return {
    artifact: record.artifact,
    line: record.at.record,
    bytes: [record.at.offsetBytes, record.at.lengthBytes],
    columns: record.names.length,
    values: Object.fromEntries(filled.filter(([, value]) => value !== "")),
    ...(record.surplus.length === 0 ? {} : { surplus: record.surplus }),
    ...(record.repairs.length === 0 ? {} : { repairs: record.repairs }),
  };
}

/** What a reviewer compares with the sample: every record with its place and its values that are not empty. */
function shown({ records, damage, counts, version }: Reading): unknown {
  return {
    counts,
    version,
    records: records.map(shownRecord),
    damage: damage.map(({ code, lost, note, at }) => ({ code, lost, line: at.record, note })),
  };
}

function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") || text === "" ? 1 : 0);
}

/** By the mark at its start; a mark is no text. */
function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  const mark = Buffer.from(bytes.subarray(0, 2)).toString("hex");
  return mark === "fffe" ? "utf-16le" : mark === "feff" ? "utf-16be" : "utf-8";
}

describe.each(samples)("the sample %s", (name) => {
  const bytes = readFileSync(join(FOLDER, name));
  const encoding = encodingOf(bytes);
  const decode = (part: Uint8Array): string => new TextDecoder(encoding).decode(part);

  test("is recognised as a log and read as its file of expected records says", async () => {
    expect(identifyTextLog(decode(bytes))).toBe(true);
    const golden = join(FOLDER, name.replace(/\.\w+$/u, ".expected.json"));
    const found = `${JSON.stringify(shown(await read(bytes)), null, 1)}\n`;
    if (process.env["POSTERN_GOLDEN"] === "1") writeFileSync(golden, found);
    expect(existsSync(golden), "run `npm run golden` first").toBe(true);
    expect(JSON.parse(found)).toEqual(JSON.parse(readFileSync(golden, "utf8")));
  });

  test("has every line accounted for, and every place points at the text that was read there", async () => {
    const { records, damage, counts } = await read(bytes);
    expect(counts.records + counts.damaged + counts.headers).toBe(lineCount(decode(bytes)));
    expect(damage.length).toBe(counts.damaged);
    for (const { at, raw, repairs } of records) {
      const stands = bytes.subarray(at.offsetBytes, at.offsetBytes + at.lengthBytes);
      const text = repairs.includes("read as Windows-1252")
        ? new TextDecoder("windows-1252").decode(stands)
        : decode(stands);
      expect(text.replaceAll("\0", "").replaceAll("\r\n", "\n")).toBe(raw?.replaceAll("\r\n", "\n"));
    }
  });

  test("is read alike in blocks of any size, and counted alike on the fast road", async () => {
    const whole = await read(bytes);
    for (const blockBytes of [1, 7, 64]) {
      const limits = { blockBytes, maxLineBytes: 1 << 16 };
      expect(await read(bytes, { select: "all", limits })).toEqual(whole);
    }
    const filter = compileLiterals(["serverinfo~"]);
    const fast = await read(bytes, { select: () => filter });
    expect(fast.counts).toEqual(whole.counts);
    expect(fast.damage).toEqual(whole.damage);
  });

  test("cut at any place gives records or damage, and every line of what is left is accounted for", async () => {
    for (let at = 0; at < bytes.length; at += bytes.length > 2000 ? 13 : 3) {
      const { records, damaged, headers } = (await read(bytes.subarray(0, at))).counts;
      // Half a character is no text: it may or may not count as a line.
      if (encoding === "utf-8" || at % 2 === 0)
        expect([at, records + damaged + headers]).toEqual([at, lineCount(decode(bytes.subarray(0, at)))]);
    }
  });
});

test("every kind of log has a sample, and so has every protocol of the front end on 2013 and 2016", async () => {
  const seen = new Set<string>();
  const protocols = new Set<string>();
  for (const name of samples) {
    for (const record of (await read(readFileSync(join(FOLDER, name)))).records) {
      seen.add(record.artifact);
      const protocol = record.values[record.names.indexOf("Protocol")];
      const build = record.values[record.names.indexOf("MinorVersion")];
      if (record.artifact === "exchange-httpproxy" && protocol !== undefined)
        protocols.add(`${protocol} ${String(build)}`);
    }
  }
  expect(LOG_KINDS.map((kind) => kind.artifact).filter((artifact) => !seen.has(artifact))).toEqual([]);
  expect(seen.has(RAW_TEXT)).toBe(true);
  const all = "Autodiscover Eas Ecp Ews Mapi Oab Owa OwaCalendar PowerShell PushNotifications RpcHttp".split(
    " ",
  );
  // 15.0 is Exchange 2013; the Rest protocol came with 2016.
  const wanted = [...all.flatMap((one) => [`${one} 0`, `${one} 1`]), "Rest 1"];
  expect(wanted.filter((one) => !protocols.has(one))).toEqual([]);
});
