import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EvidenceEntry } from "../model/index.ts";
import { chainEvidence, CHAIN_START, readChain } from "./evidence-chain.ts";
import {
  checkCase,
  checkCaseFolder,
  isIntact,
  renderReportAt,
  runCase,
  sealCase,
  writeCase,
  type CaseCheck,
  type CheckOptions,
} from "./index.ts";

/** There, links need a privilege, and paths are written otherwise. */
const onWindows = process.platform === "win32";
const NOW = Date.parse("2021-03-20T08:00:00Z");
const folder = mkdtempSync(join(tmpdir(), "postern-seal-"));
const evidence = join(folder, "evidence");
const made = join(folder, "made");
const at = join(folder, "case");
const key = (name: string): string => join(folder, name);

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

beforeAll(async () => {
  put(join(evidence, "C/inetpub/wwwroot/aspnet_client/a.aspx"), "<p>a</p>");
  put(
    join(evidence, "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log"),
    "#Fields: date time\r\n2021-03-03 10:00:00\r\n",
  );
  put(join(evidence, "notes/one.txt"), "one");
  put(join(evidence, "notes/two.txt"), "two");
  writeCase(made, await runCase({ evidence: [evidence] }));
  for (const name of ["own", "other"]) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    writeFileSync(key(`${name}.pem`), privateKey.export({ type: "pkcs8", format: "pem" }));
    writeFileSync(key(`${name}.pub`), publicKey.export({ type: "spki", format: "pem" }));
  }
}, 60_000);
beforeEach(() => {
  rmSync(at, { recursive: true, force: true });
  cpSync(made, at, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seal = (more = {}): ReturnType<typeof sealCase> =>
  sealCase({ folder: at, note: "", nowMs: NOW, keyFile: null, again: false, ...more });
const check = (more: Partial<CheckOptions> = {}): Promise<CaseCheck> =>
  checkCase({ folder: at, evidence: [], keyFile: null, expected: null, ...more });
const told = ({ deviations }: { readonly deviations: CaseCheck["deviations"] }): readonly string[] =>
  deviations.map((one) => `${one.how} ${one.path}`);

describe("the list of evidence", () => {
  const entry = (path: string): EvidenceEntry => ({
    sha256: "a".repeat(64),
    path,
    origin: path,
    sizeBytes: 1,
    modified: null,
    artifact: "iis-w3c",
    server: null,
    records: 0,
    damaged: 0,
    first: null,
    last: null,
    state: "read",
    note: "",
  });
  const chain = chainEvidence(["a", "b\nc", "d", "e"].map(entry));

  it("is a chain: each line carries the hash of the one before", () => {
    expect(readChain(chain)).toMatchObject({
      breaks: [],
      entries: [{ path: "a" }, { path: "b\nc" }, { path: "d" }, { path: "e" }],
    });
    expect(readChain("")).toEqual({ entries: [], breaks: [], last: CHAIN_START });
    expect(JSON.parse(chain.split("\n")[0] ?? "")).toMatchObject({ previous: CHAIN_START });
  });

  it("breaks where a line was changed, taken out, put in or moved", () => {
    const lines = chain.trimEnd().split("\n");
    const [one = "", two = "", three = "", four = ""] = lines;
    const breaks = (...changed: readonly string[]): readonly number[] =>
      readChain(`${changed.join("\n")}\n`).breaks;
    expect(breaks(one, two.replace("iis-w3c", "iis-w3d"), three, four)).toEqual([3]);
    expect(breaks(one, three, four)).toEqual([2]);
    expect(breaks(one, one, two, three, four)).toEqual([2]);
    expect(breaks(one, three, two, four)).toEqual([2, 3, 4]);
    expect(breaks(two, three, four)).toEqual([1]);
    expect(readChain(chain.slice(0, -3)).breaks).toEqual([4]);
  });

  it("may be any text", () => {
    fc.assert(fc.property(fc.string(), (text) => void readChain(text)));
  });
});

describe("a sealed case", () => {
  it("is intact when nothing was done to it, with its evidence, wherever both lie now", async () => {
    const { sha256, items, files } = await seal({ note: "A. Person, for the police" });
    const elsewhere = join(folder, "moved", "far");
    cpSync(evidence, elsewhere, { recursive: true });
    const moved = join(folder, "moved", "case");
    cpSync(at, moved, { recursive: true });
    const checked = await checkCase({
      folder: moved,
      evidence: [elsewhere],
      keyFile: null,
      expected: sha256,
    });
    expect(checked).toMatchObject({
      seal: "sealed",
      sealedUtc: "2021-03-20T08:00:00.000Z",
      signature: "none",
      deviations: [],
    });
    expect(checked.evidence).toEqual({ same: items, unknown: 0, deviations: [] });
    expect([items, files > 3, isIntact(checked)]).toEqual([4, true, true]);
  });

  it.skipIf(onWindows)("names each file that was changed, removed or added, links too", async () => {
    await seal();
    appendFileSync(join(at, "report.html"), " ");
    rmSync(join(at, "case.json"));
    put(join(at, "findings/F99.json"), "{}");
    symlinkSync("/etc/hostname", join(at, "link"));
    const checked = await check();
    expect(told(checked)).toEqual([
      "missing case.json",
      "added findings/F99.json",
      "added link",
      "changed report.html",
    ]);
    expect(isIntact(checked)).toBe(false);
  });

  it("names the line of the list of evidence that was changed", async () => {
    await seal();
    const path = join(at, "evidence.jsonl");
    writeFileSync(path, readFileSync(path, "utf8").replace("a.aspx", "b.aspx"));
    expect(told(await check())).toEqual(["changed evidence.jsonl", "changed evidence.jsonl, line 3"]);
  });

  it.skipIf(onWindows)("names evidence that was changed, renamed, removed or added", async () => {
    await seal();
    const copy = join(folder, "tampered");
    cpSync(evidence, copy, { recursive: true });
    appendFileSync(join(copy, "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log"), "x");
    renameSync(join(copy, "notes/one.txt"), join(copy, "one.txt"));
    rmSync(join(copy, "C/inetpub/wwwroot/aspnet_client/a.aspx"));
    put(join(copy, "C/inetpub/wwwroot/new.aspx"), "new");
    const { evidence: checked } = await check({ evidence: [copy] });
    expect(told(checked ?? { deviations: [] }).map((line) => line.replace(`${folder}/`, ""))).toEqual([
      "renamed evidence/notes/one.txt",
      "changed C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex210303.log",
      "missing C:\\inetpub\\wwwroot\\aspnet_client\\a.aspx",
      "added C:\\inetpub\\wwwroot\\new.aspx",
    ]);
  });

  it("can be told from one that was changed and sealed anew, by the hash that was written down", async () => {
    const { sha256 } = await seal();
    appendFileSync(join(at, "report.html"), " ");
    await expect(seal()).rejects.toMatchObject({ code: "CASE_EXISTS" });
    rmSync(join(at, "seal.json"));
    await seal();
    expect(isIntact(await check())).toBe(true);
    const checked = await check({ expected: sha256 });
    expect([checked.seal, isIntact(checked)]).toEqual(["broken", false]);
  });

  it("that was worked on is sealed again, and carries the seal before", async () => {
    const first = await seal({ keyFile: key("own.pem") });
    put(join(at, "journal.jsonl"), "a step\n");
    await seal({ again: true, nowMs: NOW + 1000 });
    expect(isIntact(await check())).toBe(true);
    expect(JSON.parse(readFileSync(join(at, "seal.json"), "utf8"))).toMatchObject({ previous: first.sha256 });
    expect(existsSync(join(at, "seal-1.json")) && existsSync(join(at, "seal-1.sig"))).toBe(true);
    writeFileSync(join(at, "seal-1.json"), "{}");
    expect(told(await check())).toEqual(["changed seal-1.json"]);
  });

  it.skipIf(onWindows)("keeps its seal when it cannot be sealed again", async () => {
    const first = await seal({ keyFile: key("own.pem") });
    await expect(seal({ again: true, keyFile: key("own.pub") })).rejects.toMatchObject({ code: "USAGE" });
    symlinkSync("/etc/hostname", join(at, "link"));
    await expect(seal({ again: true })).rejects.toMatchObject({ code: "CASE_MALFORMED" });
    rmSync(join(at, "link"));
    const checked = await check({ keyFile: key("own.pub"), expected: first.sha256 });
    expect([isIntact(checked), checked.signature]).toEqual([true, "valid"]);
  });

  it("is not replaced by another assessment, not even when that is asked for", async () => {
    checkCaseFolder(at, { force: true, evidence: [] });
    await seal();
    expect(() => checkCaseFolder(at, { force: true, evidence: [] })).toThrow(
      /sealed case, which is not replaced/u,
    );
  });

  it("whose seal was damaged says so, whatever stands in it", async () => {
    await seal();
    const path = join(at, "seal.json");
    const whole = readFileSync(path, "utf8");
    for (const text of ["", "{", "[]", '{"schema":"postern.seal/1","files":[{}]}', whole.slice(0, -5)]) {
      writeFileSync(path, text);
      const checked = await check();
      expect([checked.seal, isIntact(checked)]).toEqual(["broken", false]);
    }
  });

  it("gives the same bytes for the same case, time and key", async () => {
    await seal({ keyFile: key("own.pem") });
    const bytes = ["seal.json", "seal.sig"].map((name) => readFileSync(join(at, name), "hex"));
    for (const name of ["seal.json", "seal.sig"]) rmSync(join(at, name));
    await seal({ keyFile: key("own.pem") });
    expect(["seal.json", "seal.sig"].map((name) => readFileSync(join(at, name), "hex"))).toEqual(bytes);
  });
});

describe("an unsealed case", () => {
  it("says that it is not sealed, and still follows its list of evidence", async () => {
    expect(await check()).toMatchObject({ seal: "unsealed", signature: "none", deviations: [] });
    truncateSync(join(at, "evidence.jsonl"), 700);
    expect(told(await check())).toEqual([
      "changed evidence.jsonl",
      expect.stringMatching(/^changed evidence\.jsonl, line \d+$/u),
    ]);
  });

  it("has one list of evidence, not two: a changed last line, or a changed case.json, shows without a seal", async () => {
    const path = join(at, "evidence.jsonl");
    const list = readFileSync(path, "utf8");
    const last = list.trimEnd().split("\n").at(-1) ?? "";
    writeFileSync(path, list.replace(last, last.replace(/"records":\d+/u, '"records":9')));
    expect(told(await check())).toEqual(["changed evidence.jsonl"]);
    writeFileSync(path, list);
    expect(told(await check())).toEqual([]);
    writeFileSync(join(at, "case.json"), "{}");
    expect(told(await check())).toEqual(["changed case.json"]);
  });

  it.skipIf(onWindows)(
    "is not sealed while its list of evidence is broken, a link lies in it, or it is none",
    async () => {
      symlinkSync("/etc/hostname", join(at, "link"));
      await expect(seal()).rejects.toMatchObject({ code: "CASE_MALFORMED" });
      rmSync(join(at, "link"));
      truncateSync(join(at, "evidence.jsonl"), 700);
      await expect(seal()).rejects.toMatchObject({ code: "CASE_MALFORMED" });
      await expect(seal({ folder: evidence })).rejects.toMatchObject({ code: "CASE_NOT_FOUND" });
      await expect(check({ folder: evidence })).rejects.toMatchObject({ code: "CASE_NOT_FOUND" });
    },
  );

  it("keeps its report when a finding is explained later, and gets a new one before it is sealed", async () => {
    expect(renderReportAt(at, NOW)).toBe(true);
    await seal();
    expect(renderReportAt(at, NOW)).toBe(false);
    expect(told(await check())).toEqual([]);
  });

  it("is checked and not refused when only its list of evidence is gone", async () => {
    rmSync(join(at, "evidence.jsonl"));
    expect(told(await check())).toEqual(["missing evidence.jsonl"]);
    await expect(seal()).rejects.toMatchObject({ code: "CASE_MALFORMED" });
  });
});

describe("a signature", () => {
  it("fits its key only, and the seal as it was", async () => {
    await seal({ keyFile: key("own.pem") });
    expect((await check()).signature).toBe("not-checked");
    expect((await check({ keyFile: key("own.pub") })).signature).toBe("valid");
    expect((await check({ keyFile: key("other.pub") })).signature).toBe("invalid");
    const path = join(at, "seal.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"note": ""', '"note": "x"'));
    const checked = await check({ keyFile: key("own.pub") });
    expect([checked.signature, isIntact(checked)]).toEqual(["invalid", false]);
  });

  it("that is missing is no valid one for whoever asks for it", async () => {
    await seal();
    const checked = await check({ keyFile: key("own.pub") });
    expect([checked.signature, isIntact(checked)]).toEqual(["invalid", false]);
  });

  it("is made and checked with the right half of an Ed25519 key only", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writeFileSync(key("ec.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
    for (const keyFile of [key("ec.pem"), key("own.pub"), key("none.pem"), join(at, "case.json")])
      await expect(seal({ keyFile })).rejects.toMatchObject({ code: "USAGE" });
    expect(existsSync(join(at, "seal.json"))).toBe(false);
    await seal({ keyFile: key("own.pem") });
    for (const keyFile of [key("own.pem"), key("none.pem"), join(at, "case.json")])
      await expect(check({ keyFile })).rejects.toMatchObject({ code: "USAGE" });
  });

  it.skipIf(!hasOpenssl())("is one that OpenSSL accepts, too", async () => {
    await seal({ keyFile: key("own.pem") });
    const said = execFileSync("openssl", [
      ...["pkeyutl", "-verify", "-pubin", "-inkey", key("own.pub"), "-rawin"],
      ...["-in", join(at, "seal.json"), "-sigfile", join(at, "seal.sig")],
    ]).toString();
    expect(said).toContain("Verified Successfully");
  });
});

function hasOpenssl(): boolean {
  try {
    return /OpenSSL [3-9]/u.test(execFileSync("openssl", ["version"]).toString());
  } catch {
    return false;
  }
}
