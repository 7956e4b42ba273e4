import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeZip } from "../evidence/testing/index.ts";
import { runCli, type Ran } from "./testing/index.ts";

const scratch = mkdtempSync(join(tmpdir(), "postern-cli-"));
const at = (...parts: readonly string[]): string => join(scratch, ...parts);
const LOG =
  "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2106.002\r\n#Log-type: ECP Server Log\r\n#Fields: TimeStamp,ServerName,EventId,EventData\r\n" +
  "2021-03-03T08:15:24.007Z,EX01,ECP.Request,S:TIME=38;S:CMD=Get-Mailbox;S:BLD=15.1.2106.2\r\n";

beforeAll(() => {
  mkdirSync(at("evidence"));
  writeFileSync(at("evidence", "ECPServer20210303-1.LOG"), LOG);
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs the command line; `interrupt` presses Ctrl-C as soon as somebody listens. */
async function run(argv: readonly string[], interrupt = false): Promise<Ran> {
  const onInterrupt = (callback: () => void): (() => void) => {
    if (interrupt) callback();
    return () => undefined;
  };
  const ran = await runCli(argv, { width: 400, onInterrupt });
  // Sentences are wrapped for the terminal.
  return { ...ran, err: ran.err.replaceAll(/\s+/gu, " ") };
}

const assess = (...argv: readonly string[]): Promise<Ran> => run(["assess", ...argv]);

test("evidence that does not exist is named, and nothing is written", async () => {
  const { code, err, out } = await assess(at("nowhere"), "-o", at("c1"));
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(`evidence not found: ${at("nowhere")}`);
  expect(existsSync(at("c1"))).toBe(false);
});

test("wrong usage says what is wanted", async () => {
  const usage = await Promise.all([
    assess(),
    assess(at("evidence")),
    assess(at("evidence"), "-o", at("c"), "--fail-on", "maybe"),
    assess(at("evidence"), "-o", at("c"), "--server", "EX01"),
    run(["frobnicate"]),
    run(["rules", "polish"]),
    run(["show", at("evidence")]),
    run(["patch", "99"]),
    run(["demo", "nosuch"]),
  ]);
  expect(usage.map(({ code, out }) => [code, out])).toEqual(usage.map(() => [2, ""]));
  const words = [
    "evidence",
    "-o <folder>",
    "compromised",
    "NAME=PATH",
    "unknown command",
    "list, lint, test",
    "no case.json",
    "15.1.2176.9",
    "two-servers",
  ];
  for (const [index, word] of words.entries()) expect(usage[index]?.err).toContain(word);
});

test("an empty folder, an empty file and a file of noise give an answer that says that it is none", async () => {
  mkdirSync(at("empty"));
  writeFileSync(at("empty.log"), "");
  writeFileSync(at("noise.bin"), Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 251)));
  for (const name of ["empty", "empty.log", "noise.bin"]) {
    const { code, err } = await assess(at(name), "-o", at(`case-${name}`));
    expect([name, code]).toEqual([name, 3]);
    expect(err).toContain("CANNOT TELL");
    expect(err).toContain("An empty result is not an all-clear");
    expect(err).toContain("Before you touch anything");
  }
});

test("an encrypted zip says so on the first screen, in the terminal and in the report", async () => {
  const entries = ["a.log", "b.log"].map((name) => ({ name, bytes: LOG, encrypted: true }));
  writeFileSync(at("enc.zip"), writeZip(entries));
  const { code, err } = await assess(at("enc.zip"), "-o", at("case-enc"));
  expect(code).toBe(3);
  expect(err).toContain("2 places in 2 files could not be read");
  expect(err).toContain("encrypted: unpack it with the password and give the folder");
  expect(readFileSync(at("case-enc", "report.html"), "utf8")).toContain(
    "encrypted: unpack it with the password",
  );
});

test("a cut zip is read as far as it goes, and the cut is told", async () => {
  const whole = writeZip([
    { name: "ECPServer20210303-1.LOG", bytes: LOG },
    { name: "later.log", bytes: LOG.repeat(200) },
  ]);
  writeFileSync(at("cut.zip"), whole.subarray(0, whole.length - 120));
  const { err } = await assess(at("cut.zip"), "-o", at("case-cut"));
  expect(err).toContain("cut off while it was copied or written");
  expect(JSON.parse(readFileSync(at("case-cut", "case.json"), "utf8"))).toMatchObject({
    servers: [{ name: "EX01", build: "15.1.2106.2" }],
  });
});

test("a folder that is not a case is never replaced, a case only with --force, a file not at all", async () => {
  mkdirSync(at("mine"));
  writeFileSync(at("mine", "letter.txt"), "dear");
  for (const force of [[], ["--force"]]) {
    const { code, err } = await assess(at("evidence"), "-o", at("mine"), ...force);
    expect([code, err]).toEqual([2, expect.stringContaining("not even with --force")]);
  }
  expect(readdirSync(at("mine"))).toEqual(["letter.txt"]);
  expect((await assess(at("evidence"), "-o", at("again"), "-q")).code).toBe(3);
  expect((await assess(at("evidence"), "-o", at("again"), "-q")).err).toContain("holds a case already");
  expect((await assess(at("evidence"), "-o", at("again"), "-q", "--force")).code).toBe(3);
  const file = at("mine", "letter.txt");
  expect((await assess(at("evidence"), "-o", file)).err).toContain("is a file, not a folder");
  expect((await assess(at("evidence"), "-o", join(file, "case"))).err).toContain("could not be written");
  expect(readFileSync(file, "utf8")).toBe("dear");
});

test("a case is never written into the evidence", async () => {
  const before = readdirSync(at("evidence"));
  for (const folder of [at("evidence", "case"), at("evidence"), at("evidence", "x", "..", "case")]) {
    const { code, err } = await assess(at("evidence"), "-o", folder);
    expect([code, err]).toEqual([2, expect.stringContaining("lies in the evidence")]);
  }
  expect(readdirSync(at("evidence"))).toEqual(before);
});

test("Ctrl-C ends with 130 and leaves no half case", async () => {
  const { code, err, out } = await run(["assess", at("evidence"), "-o", at("stopped"), "--json"], true);
  expect([code, out]).toEqual([130, ""]);
  expect(err).toContain("interrupted; no case was written");
  expect(readdirSync(scratch).filter((name) => name.includes("stopped"))).toEqual([
    ".stopped.events",
    ".stopped.resume",
  ]);
});

test("--json gives the answer alone on standard output, --quiet says nothing", async () => {
  const json = await assess(at("evidence"), "--json", "-q");
  expect(JSON.parse(json.out)).toMatchObject({ schema: "postern.assessment/1", verdict: "cannot-tell" });
  expect(json.err).toBe("");
});

test("the same evidence named twice, and copied, counts once", async () => {
  mkdirSync(at("copies"));
  for (const name of ["one.log", "two.log"]) writeFileSync(at("copies", name), LOG);
  const { out } = await assess(at("copies"), at("copies"), at("copies", "one.log"), "--json", "-q");
  const { evidence } = JSON.parse(out) as { evidence: { state: string }[] }; // eslint-disable-line postern/no-type-assertion -- our own output; a wrong shape fails the test
  expect(evidence.map(({ state }) => state)).toEqual(["read", "duplicate"]);
});

test("a case that Postern wrote is no evidence of its own: its excerpts are not traces", async () => {
  const trace = LOG.replace(
    "S:CMD=Get-Mailbox",
    "S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/<script runat=server>'",
  );
  mkdirSync(at("attacked"));
  writeFileSync(at("attacked", "ECPServer20210303-1.LOG"), trace);
  await assess(at("attacked"), "-o", at("first-case"), "-q");
  expect(readdirSync(at("first-case", "findings")).length).toBeGreaterThan(0);
  const again = await assess(at("first-case"), "--json", "-q");
  expect(again.code).toBe(3);
  const answer: unknown = JSON.parse(again.out);
  expect(answer).toMatchObject({ verdict: "cannot-tell", findings: [] });
  expect(again.out.match(/"artifact":"[^"]*"/gu)?.every((one) => one.includes("postern-case"))).toBe(true);
});
