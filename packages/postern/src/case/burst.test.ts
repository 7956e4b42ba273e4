import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Assessment } from "../model/index.ts";
import { runCase } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-burst-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD =
  "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2021-08-20 00:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";

/** A request whose sign-in cookie the server could not decrypt. */
function undecryptable(second: number, client: string, stem = "/owa/"): string {
  const time = new Date(Date.UTC(2021, 7, 20, 9) + second * 1_000).toISOString().slice(11, 19);
  return `2021-08-20 ${time} 10.20.0.5 GET ${stem} &CryptoError=PossibleSSLCertrolloverMismatch&CorrelationID=<empty>; 443 - ${client} Mozilla/5.0 - 302 0 0 12`;
}

async function assessed(name: string, lines: readonly string[]): Promise<Assessment> {
  const at = join(folder, name, "W3SVC1");
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, "u_ex210820.log"), `${[HEAD, ...lines].join("\r\n")}\r\n`);
  return runCase({ evidence: [join(folder, name)] });
}

const many = (count: number, line: (i: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, i) => line(i));

it("hundreds of cookies that cannot be decrypted are guesses when one address sends them", async () => {
  const { findings } = await assessed(
    "guessing",
    many(400, (i) => undecryptable(i, "203.0.113.9")),
  );
  expect(findings.map(({ kind, rung, count, cves }) => [kind, rung, count, cves])).toEqual([
    ["proxyoracle-guessing", "L0", 400, ["CVE-2021-31196"]],
  ]);
  expect(findings[0]?.title).toContain("400");
});

it("after a new certificate everybody sends some, and a window that was left open sends many: no finding", async () => {
  const people = many(900, (i) => undecryptable(i, `10.20.${String(i % 30)}.7`));
  const left = many(900, (i) => undecryptable(i, "10.20.4.9", "/owa/ev.owa2"));
  expect((await assessed("renewed", [...people, ...left])).findings).toEqual([]);
});
