import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

import type { Assessment } from "../model/index.ts";
import { waitingFile } from "./events/index.ts";
import { runCase } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-storm-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD =
  "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
const PAGES = ["/aspnet_client/help.aspx", "/owa/auth/outlook.aspx", "/owa/auth/x.aspx", "/ecp/y.js"];
const SCANNERS = ["203.0.113.7", "203.0.113.8", "198.51.100.23"];

/** Days before and after the rules begin, servers with two addresses, odd bytes, people in between: all in a fixed order. */
function stormLines(): readonly Buffer[] {
  const lines: Buffer[] = [];
  let second = 0;
  const add = (day: string, rest: string): void => {
    const time = new Date((second += 13) * 1000).toISOString().slice(11, 19);
    lines.push(Buffer.from(`${day} ${time} ${rest}`, "latin1"));
  };
  for (const day of ["2020-06-01", "2021-03-04"]) {
    second = 0;
    for (let round = 0; round < 900; round++) {
      for (const [index, client] of SCANNERS.entries()) {
        const server = round % 30 === 29 ? "127.0.0.1" : "10.20.0.5";
        const page = PAGES[(round + index) % PAGES.length] ?? "";
        const query = round % 40 === 39 ? "q=\u00e9" : `n=${String(round)}`;
        const [method, status] = page.endsWith(".js") ? ["POST", round % 3 === 0 ? 500 : 404] : ["GET", 404];
        add(
          day,
          `${server} ${method} ${page} ${query} 443 - ${client} python-requests/2.25.1 - ${String(status)} 0 2 3`,
        );
      }
      add(
        day,
        `10.20.0.5 GET /owa/auth/logon.aspx url=x 443 - 10.20.4.${String(round % 250)} Mozilla/5.0 - 200 0 0 9`,
      );
      // The web server starts anew, and is first asked by its own probes.
      if (round % 300 === 299) {
        lines.push(Buffer.from(HEAD));
        for (let probe = 0; probe < 12; probe++)
          add(day, "127.0.0.1 GET /owa/healthcheck.htm - 443 - 127.0.0.1 AMProbe - 200 0 0 1");
      }
      // The same second and the same line twice: two requests.
      if (round % 10 === 0) lines.push(lines[lines.length - 2] ?? Buffer.alloc(0));
    }
  }
  return lines;
}

async function assessed(
  name: string,
  evidence: string,
  way: Partial<Parameters<typeof runCase>[0]>,
): Promise<[Assessment, Buffer]> {
  const keep = join(folder, name);
  const assessment = await runCase({
    evidence: [evidence],
    keep: { folder: keep, resume: false },
    events: "found",
    ...way,
  });
  return [assessment, readFileSync(waitingFile(keep))];
}

it("a storm of requests that mean the same is told as if each had been parsed, event by event, and so it is by workers who share its log", async () => {
  const evidence = join(folder, "evidence");
  for (const copy of ["W3SVC1", "old/W3SVC1"]) {
    mkdirSync(join(evidence, copy), { recursive: true });
    const lines = stormLines().slice(0, copy === "W3SVC1" ? undefined : 5_000);
    const text = Buffer.concat([Buffer.from(HEAD), ...lines].flatMap((line) => [line, Buffer.from("\r\n")]));
    writeFileSync(join(evidence, copy, "u_ex210304.log"), text);
  }
  const [fast, fastEvents] = await assessed("fast", evidence, {});
  const [plain, plainEvents] = await assessed("plain", evidence, { fast: false });
  const inWorkers = { workers: 2, worthWorkersBytes: 0, cutFromBytes: 60_000 };
  const [cut, cutEvents] = await assessed("cut", evidence, inWorkers);
  expect(fast.findings.map(({ rung }) => rung)).toContain("L0");
  expect(Math.max(...fast.findings.map(({ count }) => count))).toBeGreaterThan(2_000);
  expect(fast).toEqual(plain);
  expect(fastEvents.equals(plainEvents)).toBe(true);
  expect(cut).toEqual(plain);
  expect(cutEvents.equals(plainEvents)).toBe(true);
});
