import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVENT_COLUMNS, eventsFileOf, runCase, writeCase } from "../case/index.ts";
import { readyQueries } from "../hunt/index.ts";
import { runCli, type Ran } from "./testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-sql-"));
const evidence = join(folder, "evidence");
const made = join(folder, "case");
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const HOSTILE = "=cmd|'/C_calc'!A0\u001b[2J";

beforeAll(async () => {
  mkdirSync(join(evidence, "W3SVC1"), { recursive: true });
  const fields =
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status";
  const row = (minute: number, path: string, client: string, agent = "Tool/1"): string =>
    `2021-03-05 10:${String(minute).padStart(2, "0")}:00 192.0.2.10 POST ${path} - 443 - ${client} ${agent} 200`;
  const lines = [
    ...Array.from({ length: 40 }, (_, i) => row(i, "/owa/auth/logon.aspx", "203.0.113.9")),
    row(41, "/owa/auth/x.aspx", "203.0.113.9", HOSTILE),
    row(42, "/owa/", "203.0.113.10"),
  ];
  writeFileSync(
    join(evidence, "W3SVC1", "u_ex210305.log"),
    ["#Software: Microsoft Internet Information Services 10.0", fields, ...lines, ""].join("\r\n"),
  );
  expect((await runCli(["assess", evidence, "-o", made, "-q"])).code).not.toBe(2);
});

const sql = (text: string, ...more: readonly string[]): Promise<Ran> =>
  runCli(["hunt", made, "--sql", text, ...more]);

describe("postern hunt over a case", () => {
  it("answers SQL about the events that were found, as a table, JSON lines and CSV", async () => {
    const query = `SELECT "source.ip", count(*) AS n FROM events GROUP BY ALL ORDER BY ALL`;
    const table = await sql(query);
    expect(table.code).toBe(1);
    expect(table.out).toMatch(/^source\.ip\s+n\n-+\s+-+\n203\.0\.113\.9\s+\d+\n/u);
    expect((await sql(query, "--jsonl")).out).toMatch(/^\{"source\.ip":"203\.0\.113\.9","n":"\d+"\}\n/u);
    expect((await sql(query, "--csv")).out).toMatch(/^source\.ip,n\r\n203\.0\.113\.9,\d+\r\n/u);
    expect((await sql("SELECT id FROM findings WHERE false")).code).toBe(0);
  });

  it("joins events with findings, actors and evidence", async () => {
    const { out } = await sql(
      `SELECT DISTINCT f.id FROM events e JOIN findings f ON list_has_any(f.rules, string_split(e."rule.id", ' ')) JOIN evidence v ON v.sha256 = e."postern.evidence"`,
      "--csv",
    );
    expect(out).toMatch(/^id\r\nF\d+\r\n/u);
  });

  it("lets no text from evidence act on the terminal or in a spreadsheet", async () => {
    const query = `SELECT "user_agent.original" FROM events WHERE "user_agent.original" LIKE '=cmd%'`;
    expect((await sql(query)).out).not.toContain("\u001b");
    expect((await sql(query, "--csv")).out).toContain("\r\n'=cmd");
    const failed = await sql(
      `SELECT CAST("user_agent.original" AS INTEGER) FROM events WHERE "user_agent.original" LIKE '=cmd%'`,
    );
    expect(failed.code).toBe(2);
    expect(failed.err).not.toContain("\u001b");
  });

  it.each([
    ["another file", "SELECT * FROM read_text('/etc/hostname')"],
    ["a folder", "SELECT * FROM glob('/*')"],
    ["the case's own other files", `SELECT * FROM read_text('${join(made, "case.json")}')`],
    ["writing", `COPY (SELECT 1) TO '${join(folder, "out.csv")}'`],
    ["writing over the events", `COPY (SELECT 1) TO '${eventsFileOf(made)}'`],
    ["a table of its own", "CREATE TABLE x AS SELECT 1"],
    ["a database", `ATTACH '${join(folder, "x.db")}'`],
    ["an extension", "LOAD httpfs"],
    ["installing", "INSTALL httpfs"],
    ["settings", "SET enable_external_access = true"],
    ["several statements", "SELECT 1; SELECT 2"],
    ["nonsense", "SELEC 1"],
    ["nothing", ""],
  ])("refuses %s", async (_what, statement) => {
    const before = readFileSync(eventsFileOf(made));
    const { code, err } = await sql(statement);
    expect(code).toBe(2);
    expect(err).toMatch(/\S/u);
    expect(existsSync(join(folder, "out.csv"))).toBe(false);
    expect(readFileSync(eventsFileOf(made)).equals(before)).toBe(true);
  });

  it("has ready queries, each with a title, and each runs", async () => {
    const { out } = await runCli(["hunt", "--queries"]);
    for (const { name, title } of readyQueries()) {
      expect(out).toContain(`${name}\t${title}`);
      expect(title).toMatch(/\.$/u);
      const ran = await runCli(["hunt", made, "--query", name, "--jsonl", "-q"]);
      expect([name, ran.code === 2 ? ran.err : ""]).toEqual([name, ""]);
    }
    expect((await runCli(["hunt", made, "--query", "none"])).err).toContain("timeline");
  });

  it("says what is missing: rules, evidence, or events in the case", async () => {
    expect((await runCli(["hunt", evidence])).err).toContain("--sigma");
    const bare = join(folder, "bare");
    await runCli(["assess", evidence, "-o", bare, "-q", "--no-events"]);
    expect((await runCli(["hunt", bare, "--query", "timeline"])).err).toContain("no events");
  });
});

describe("the events of a case", () => {
  it("have the columns that docs/events.md lists, in its order and types", async () => {
    const page = readFileSync(join(import.meta.dirname, "../../../../docs/events.md"), "utf8");
    const listed = [...page.matchAll(/^\| `([^`]+)`\s*\| (\w+)\s*\|/gmu)].map(
      ([, name, type]) => `${name ?? ""} ${type ?? ""}`,
    );
    const { out } = await sql("DESCRIBE events", "--jsonl");
    const has = out
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line))
      .map((row) =>
        typeof row === "object" && row !== null && "column_name" in row && "column_type" in row
          ? `${String(row.column_name)} ${String(row.column_type)}`
          : "",
      );
    expect(listed).toEqual(has);
    expect(has).toHaveLength(EVENT_COLUMNS.length);
  });

  it("are all events with --index", async () => {
    const all = join(folder, "all");
    await runCli(["assess", evidence, "-o", all, "-q", "--index"]);
    const { out } = await runCli(["hunt", all, "--sql", "SELECT count(*) FROM events", "--csv", "-q"]);
    expect(out).toContain("\r\n42\r\n");
  });

  it("are the same bytes whoever read them, also in a run that was ended and resumed", async () => {
    const keep = (name: string): { readonly folder: string; readonly resume: boolean } => ({
      folder: join(folder, name),
      resume: true,
    });
    const bytesOf = async (name: string, more: object): Promise<Buffer> => {
      const assessment = await runCase({ evidence: [evidence], events: "found", keep: keep(name), ...more });
      writeCase(join(folder, name), assessment);
      return readFileSync(eventsFileOf(join(folder, name)));
    };
    const alone = await bytesOf("alone", { workers: 0 });
    expect((await bytesOf("crew", { workers: 1, worthWorkersBytes: 0 })).equals(alone)).toBe(true);
    const abort = new AbortController();
    const ended = runCase({
      ...{ evidence: [evidence], events: "found", keep: keep("resumed"), workers: 0, signal: abort.signal },
      onProgress: ({ stage }) => {
        if (stage === "following") abort.abort();
      },
    });
    await ended.catch((thrown: unknown) => expect(thrown).toMatchObject({ code: "INTERRUPTED" }));
    expect((await bytesOf("resumed", { workers: 0 })).equals(alone)).toBe(true);
    expect(existsSync(join(folder, ".resumed.events"))).toBe(false);
  });
});
