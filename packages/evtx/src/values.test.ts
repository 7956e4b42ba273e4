import { describe, expect, it } from "vitest";
import { WINDOWS_STYLE, dataOf, readChunk, toJson } from "@postern/evtx";
import * as made from "./testing/index.ts";

const TIME = 132_592_423_316_816_401n; // 2021-03-03T10:52:11.6816401Z

function recordWith(value: made.InstanceValue, codePage?: string) {
  const template = made.eventDataTemplate(["Value"]);
  const data = { nested: { template, values: [value] } };
  const body = made.eventBody({ eventId: 1, recordId: 1n, timeCreated: TIME, data });
  const { bytes } = made.writeChunk([{ id: 1n, filetime: TIME, body }]);
  const [record] = readChunk(bytes, 0, codePage === undefined ? {} : { codePage }).records;
  if (record === undefined) throw new Error("the record was not read");
  return record;
}

function jsonOf(value: made.InstanceValue, codePage?: string): unknown {
  const text = JSON.stringify(toJson(recordWith(value, codePage)));
  const found = /"EventData":\{"Value":(.*)\}\}\}$/su.exec(text)?.[1];
  return JSON.parse(found ?? "null");
}

const textOf = (value: made.InstanceValue): unknown => dataOf(recordWith(value), WINDOWS_STYLE)[0]?.value;

describe("values of an event are shown as evtx_dump (JSON) and Windows (text) show them", () => {
  const sid = made.sid(5, [21, 1_223_297_778, 500]);
  const guid = made.guid("54849625-5478-4994-A5BA-3E3B0328C30D");
  it.each<[string, made.StoredValue, unknown, string]>([
    ["text", made.wide("Grüße 你好 😀"), "Grüße 你好 😀", "Grüße 你好 😀"],
    ["text with zeros behind it", made.wide("abc\0\0"), "abc", "abc"],
    ["text with quotes and line ends", made.wide('a"b\\c\r\n\u0001'), 'a"b\\c\r\n\u0001', 'a"b\\c\r\n\u0001'],
    ["no text", made.wide(""), "", ""],
    ["i8", made.whole(0x03, -5n), -5, "-5"],
    ["u8", made.whole(0x04, 200n), 200, "200"],
    ["i16", made.whole(0x05, -300n), -300, "-300"],
    ["u16", made.whole(0x06, 65_535n), 65_535, "65535"],
    ["i32", made.whole(0x07, -70_000n), -70_000, "-70000"],
    ["u32", made.whole(0x08, 4_294_967_295n), 4_294_967_295, "4294967295"],
    ["i64", made.whole(0x09, -5n), -5, "-5"],
    ["u64", made.whole(0x0a, 9_007_199_254_740_991n), 9_007_199_254_740_991, "9007199254740991"],
    [
      "u64 above 2^53",
      made.whole(0x0a, 18_446_744_073_709_551_615n),
      "18446744073709551615",
      "18446744073709551615",
    ],
    ["float", made.real(4, 0.1), 0.1, "0.1"],
    ["double", made.real(8, -1e100), -1e100, "-1e+100"],
    ["no number", made.real(8, Number.NaN), "NaN", "NaN"],
    ["true", made.truth(true), true, "true"],
    ["bytes", made.binary(Uint8Array.of(1, 0xab)), "01AB", "01AB"],
    ["GUID", guid, "54849625-5478-4994-A5BA-3E3B0328C30D", "{54849625-5478-4994-A5BA-3E3B0328C30D}"],
    ["size", made.whole(0x10, 0x7eecn), "0x7eec", "0x7eec"],
    ["FILETIME", made.filetime(TIME), "2021-03-03T10:52:11.681640Z", "2021-03-03T10:52:11.6816401Z"],
    [
      "SYSTEMTIME",
      made.systemtime([2021, 3, 3, 3, 9, 12, 13, 7]),
      "2021-03-03T09:12:13.007000Z",
      "2021-03-03T09:12:13.0070000Z",
    ],
    ["SID", sid, "S-1-5-21-1223297778-500", "S-1-5-21-1223297778-500"],
    ["hex u32", made.whole(0x14, 0x3e7n), "0x3e7", "0x3e7"],
    ["hex u64", made.whole(0x15, 0x8020_0000_0000_0001n), "0x8020000000000001", "0x8020000000000001"],
  ])("%s", (_, value, json, text) => {
    expect(jsonOf(value)).toEqual(json);
    expect(textOf(value)).toBe(text);
  });

  it("reads text of another code page when told which, and lists of it", () => {
    const cyrillic = made.ansi(Uint8Array.of(0xcf, 0xf0, 0xe8));
    expect(jsonOf(cyrillic, "windows-1251")).toBe("При");
    const japanese = { type: 0x82, bytes: Uint8Array.of(0x93, 0xfa, 0, 0x96, 0x7b, 0) };
    expect(jsonOf(japanese, "shift_jis")).toEqual(["日", "本"]);
  });

  it("refuses a code page that does not exist before anything is read", () => {
    expect(() => recordWith(made.nothing, "no such page")).toThrow(RangeError);
  });

  it("shows a value that is said to be null as nothing, even when it has bytes", () => {
    expect(textOf({ type: 0x00, bytes: Uint8Array.of(1, 2, 3) })).toBe("");
    expect(jsonOf({ type: 0x00, bytes: Uint8Array.of(1, 2, 3) })).toBe("");
  });

  it("cuts blanks at the end of a text in JSON, as evtx_dump does, and keeps them everywhere else", () => {
    expect(jsonOf(made.wide(" cmd.exe  "))).toBe(" cmd.exe");
    expect(jsonOf(made.ansi(Buffer.from("cmd.exe \0")))).toBe("cmd.exe");
    expect(textOf(made.wide(" cmd.exe  "))).toBe(" cmd.exe  ");
  });

  it("needs no more time for a text of zeros and blanks", () => {
    const long = made.ansi(Buffer.concat([Buffer.alloc(40_000), Buffer.from("x")]));
    expect(String(jsonOf(long)).length).toBe(40_001);
  });

  it("shows handles and XML texts", () => {
    expect(textOf({ type: 0x20, bytes: Uint8Array.of(4, 1, 0, 0) })).toBe("0x104");
    expect(textOf({ type: 0x20, bytes: Uint8Array.of(4, 1, 0, 0, 0, 0, 0, 0) })).toBe("0x104");
    expect(textOf({ type: 0x23, bytes: Buffer.from("<a/>", "utf16le") })).toBe("<a/>");
  });

  it("shows a type that nobody knows as bytes in hex", () => {
    expect(textOf({ type: 0x5a, bytes: Uint8Array.of(1, 0xab) })).toBe("01AB");
  });

  it("reads lists of every kind of element", () => {
    expect(jsonOf(made.wideList(["a", "", "c"]))).toEqual(["a", "", "c"]);
    expect(jsonOf(made.listOf([made.whole(0x06, 1n), made.whole(0x06, 2n)]))).toEqual(["1", "2"]);
    expect(jsonOf(made.listOf([made.sid(5, [18]), made.sid(5, [32, 544])]))).toEqual([
      "S-1-5-18",
      "S-1-5-32-544",
    ]);
    expect(jsonOf(made.listOf([made.guid("54849625-5478-4994-A5BA-3E3B0328C30D")]))).toEqual([
      "54849625-5478-4994-A5BA-3E3B0328C30D",
    ]);
  });

  it.each<[string, made.StoredValue, readonly string[]]>([
    ["i8", made.listOf([made.whole(0x03, -1n), made.whole(0x03, 2n)]), ["-1", "2"]],
    ["u8", made.listOf([made.whole(0x04, 255n), made.whole(0x04, 2n)]), ["255", "2"]],
    ["i16", made.listOf([made.whole(0x05, -1n), made.whole(0x05, 2n)]), ["-1", "2"]],
    ["i32", made.listOf([made.whole(0x07, -1n), made.whole(0x07, 2n)]), ["-1", "2"]],
    ["u32", made.listOf([made.whole(0x08, 1n), made.whole(0x08, 2n)]), ["1", "2"]],
    ["i64", made.listOf([made.whole(0x09, -1n), made.whole(0x09, 2n)]), ["-1", "2"]],
    ["u64", made.listOf([made.whole(0x0a, 1n), made.whole(0x0a, 2n)]), ["1", "2"]],
    ["float", made.listOf([made.real(4, 0.1), made.real(4, 2)]), ["0.1", "2"]],
    ["double", made.listOf([made.real(8, 0.1), made.real(8, 2)]), ["0.1", "2"]],
    ["bool", made.listOf([made.truth(true), made.truth(false)]), ["true", "false"]],
    ["size", made.listOf([made.whole(0x10, 1n), made.whole(0x10, 2n)]), ["0x1", "0x2"]],
    ["FILETIME", made.listOf([made.filetime(TIME)]), ["2021-03-03T10:52:11.681640Z"]],
    ["SYSTEMTIME", made.listOf([made.systemtime([2021, 3, 3, 3])]), ["2021-03-03T00:00:00.000000Z"]],
    ["hex u32", made.listOf([made.whole(0x14, 1n), made.whole(0x14, 2n)]), ["0x1", "0x2"]],
    ["hex u64", made.listOf([made.whole(0x15, 1n), made.whole(0x15, 2n)]), ["0x1", "0x2"]],
    [
      "bytes, whose entries have no length of their own",
      { type: 0x8e, bytes: Uint8Array.of(1, 2) },
      ["0102"],
    ],
    [
      "texts without a zero behind the last",
      { type: 0x81, bytes: Buffer.from("a\0b", "utf16le") },
      ["a", "b"],
    ],
    ["nothing", { type: 0x81, bytes: new Uint8Array(0) }, []],
  ])("reads a list of %s", (_, list, texts) => {
    expect(jsonOf(list)).toEqual(texts.length === 0 ? "" : texts);
  });

  it("shows a value that is too short for its type as bytes in hex", () => {
    expect(jsonOf({ type: 0x08, bytes: Uint8Array.of(1, 2) })).toBe("0102");
    expect(jsonOf({ type: 0x11, bytes: Uint8Array.of(1, 2, 3) })).toBe("010203");
    expect(jsonOf({ type: 0x13, bytes: Uint8Array.of(1, 5) })).toBe("0105");
  });

  it("shows a FILETIME that is no date as a number, not as a date", () => {
    expect(textOf(made.filetime(0x7fff_ffff_ffff_ffffn))).toMatch(/^filetime \d+$|^30828-/u);
  });
});
