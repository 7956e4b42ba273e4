import { generateKeyPairSync } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-case-cli-"));
const evidence = join(folder, "evidence");
const at = join(folder, "case");
const now = (): number => Date.parse("2021-03-20T08:00:00Z");

beforeAll(async () => {
  mkdirSync(evidence);
  writeFileSync(join(evidence, "u_ex210303.log"), "#Fields: date time\r\n");
  await runCli(["assess", evidence, "-o", at, "-q"]);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(join(folder, "own.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  writeFileSync(join(folder, "own.pub"), publicKey.export({ type: "spki", format: "pem" }));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("postern case", () => {
  it("ends with 3 for a case that is not sealed, and with 2 for what it cannot do", async () => {
    const { code, out } = await runCli(["case", "check", at]);
    expect([code, out]).toEqual([3, expect.stringContaining("not sealed")]);
    expect((await runCli(["case", "burn", at])).code).toBe(2);
    expect((await runCli(["case", "check", at, "--expect", "abc"])).code).toBe(2);
    expect((await runCli(["case", "seal", evidence])).code).toBe(2);
  });

  it("says of what is no case what it is, and what to give instead", async () => {
    const nowhere = join(folder, "nowhere");
    const log = join(evidence, "u_ex210303.log");
    const said = async (what: string): Promise<readonly unknown[]> => {
      const { code, out, err } = await runCli(["case", "check", what], { width: 400 });
      return [code, out, err.replaceAll(/\s+/gu, " ").trim()];
    };
    const asked = "give the folder that `postern assess -o` wrote";
    expect(await said(nowhere)).toEqual([
      2,
      "",
      `postern: ${nowhere} does not exist, or may not be seen: ${asked}`,
    ]);
    expect(await said(log)).toEqual([2, "", `postern: ${log} is a file and no case: ${asked}`]);
    expect(await said(evidence)).toEqual([
      2,
      "",
      `postern: ${evidence} holds no case (none of case.json, evidence.jsonl, seal.json): ${asked}`,
    ]);
  });

  it("seals with a key, tells the hash to write down, and finds a sealed case intact", async () => {
    const sealed = await runCli(
      ["case", "seal", at, "--key", join(folder, "own.pem"), "--note", "A. Person"],
      { now },
    );
    expect(sealed.code).toBe(0);
    const hash = /^([0-9a-f]{64}) {2}/u.exec(sealed.out)?.[1] ?? "";
    expect(sealed.err).toContain("1 items of evidence, signed");
    const argv = [
      "case",
      "check",
      at,
      "--key",
      join(folder, "own.pub"),
      "--expect",
      hash,
      "--evidence",
      evidence,
    ];
    const checked = await runCli(argv);
    expect(checked.code).toBe(0);
    expect(checked.out).toBe(
      "Seal of 2021-03-20T08:00:00.000Z.\nThe signature fits the seal and the key.\nCase: nothing differs.\nEvidence: 1 items as they were, 0 differ.\n",
    );
    expect((await runCli(["case", "seal", at], { now })).code).toBe(2);
  });

  it.skipIf(process.platform === "win32")(
    "ends with 1 and names what was changed, without letting a name reach the terminal",
    async () => {
      appendFileSync(join(evidence, "u_ex210303.log"), "more");
      writeFileSync(join(at, "x\u001b[31m.txt"), "");
      const { code, out } = await runCli(["case", "check", at, "--evidence", evidence]);
      expect(code).toBe(1);
      expect(out).toMatch(/ {2}added +x/u);
      expect(out).toMatch(/ {2}changed .*u_ex210303\.log \(SHA-256 was /u);
      expect(out).not.toContain("\u001b");
      const json = await runCli(["case", "check", at, "--json"]);
      expect(JSON.parse(json.out)).toMatchObject({
        seal: "sealed",
        deviations: [{ how: "added" }],
        evidence: null,
      });
    },
  );
});
