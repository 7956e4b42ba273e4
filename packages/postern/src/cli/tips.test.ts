import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runCli } from "./testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-tips-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const HEAD =
  "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\r\n";
const line = (path: string, client: string, status: number): string =>
  `2021-03-05 10:00:00 192.0.2.10 GET ${path} - 443 - ${client} Tool/1 ${String(status)}\r\n`;

it("postern assess --tip and --tips say of each tip whether the evidence shows it, on the screen, in the report and in case.json", async () => {
  const logs = join(folder, "evidence", "W3SVC1");
  mkdirSync(logs, { recursive: true });
  writeFileSync(
    join(logs, "u_ex210305.log"),
    `#Software: Microsoft Internet Information Services 10.0\r\n${HEAD}${line("/owa/auth/x.aspx", "203.0.113.9", 200)}${line("/owa/auth/y.aspx", "203.0.113.9", 404)}`,
  );
  const notice = join(folder, "notice.csv");
  writeFileSync(
    notice,
    "timestamp,ip,url,tag\n2021-03-05 09:59:00,192.0.2.10,https://mail.victim.example/owa/auth/y.aspx,shell\n",
  );
  const made = join(folder, "case");
  const args = [
    "assess",
    join(folder, "evidence"),
    "-o",
    made,
    "--tips",
    notice,
    "--tip",
    "203.0.113.9,2021-03-05,a CERT",
  ];
  const { err } = await runCli([...args, "--tip", "/owa/auth/x.aspx", "--tip", "203.0.113.77"]);
  expect(err).toContain("What others told");
  const assessed: unknown = JSON.parse(readFileSync(join(made, "case.json"), "utf8"));
  expect(assessed).toMatchObject({
    tips: [
      { id: "T1", value: "203.0.113.9", state: "confirmed" },
      { id: "T2", value: "/owa/auth/x.aspx", state: "confirmed" },
      { id: "T3", value: "203.0.113.77", state: "not-seen" },
      { id: "T4", source: "shell", state: "not-seen" },
    ],
  });
  expect(readFileSync(join(made, "report.html"), "utf8")).toContain('id="tips"');
  const broken = await runCli([
    "assess",
    join(folder, "evidence"),
    "--json",
    "--tips",
    join(folder, "none.csv"),
  ]);
  expect(broken.code).toBe(2);
});
