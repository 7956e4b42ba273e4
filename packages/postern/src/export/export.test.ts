import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleAssessment } from "../model/testing/index.ts";
import type { Assessment, Intruder } from "../model/index.ts";
import { csvCell } from "./csv-cell.ts";
import { generalPath } from "./general-path.ts";
import { CSV_TABLES, EXPORT_TARGETS, exportCase, type ExportOptions, type ExportTarget } from "./index.ts";
import { codeBlock, codeSpan, proseText } from "./markdown-text.ts";
import { canonicalJson, uuid5 } from "./stable-id.ts";
import { findStixFaults, HOSTILE, hostileAssessment } from "./testing/index.ts";

const options: ExportOptions = {
  includeVictim: false,
  tlp: "amber",
  table: "findings",
  bom: false,
  genuineNames: new Set(["logon.aspx"]),
  techniqueName: (id) => (id === "T1190" ? "Exploit Public-Facing Application" : null),
};
const textOf = (target: ExportTarget, assessment: Assessment, more: Partial<ExportOptions> = {}): string =>
  exportCase(assessment, target, { ...options, ...more }).text;
type Row = Readonly<Record<string, unknown>>;
const rowOf = (value: unknown): Row => {
  if (typeof value !== "object" || value === null) throw new Error("no object");
  return Object.fromEntries(Object.entries(value));
};
const linesOf = (text: string): readonly Row[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => rowOf(JSON.parse(line)));
const empty: Assessment = {
  ...sampleAssessment,
  scope: { campaigns: [], window: { from: null, to: null }, asOf: null },
  ...{ servers: [], findings: [], story: [], actors: [], mailboxes: [], evidence: [], firstSteps: [] },
};

describe("every export", () => {
  it.each(EXPORT_TARGETS)("to %s is the same for the same case, whatever the evidence holds", (target) => {
    for (const assessment of [sampleAssessment, hostileAssessment(), empty])
      expect(textOf(target, assessment)).toBe(textOf(target, assessment));
  });

  it.each(EXPORT_TARGETS)(
    "to %s holds no character that acts on a terminal or turns text around",
    (target) => {
      expect(textOf(target, hostileAssessment())).not.toMatch(
        /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202e]/u,
      );
    },
  );
});

describe("ids", () => {
  it("are those of RFC 9562 for a known name", () => {
    // The example of RFC 9562, appendix A.4.
    expect(uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")).toBe(
      "2ed6657d-e927-568b-95e1-2665a8aea6a2",
    );
  });

  it("come from sorted names, so that the order of properties does not matter", () => {
    expect(canonicalJson({ b: [1, { d: "x", c: null }], a: "y" })).toBe(
      '{"a":"y","b":[1,{"c":null,"d":"x"}]}',
    );
  });
});

describe("STIX", () => {
  it("passes the schemas of OASIS, also with hostile evidence and with none", () => {
    for (const assessment of [sampleAssessment, hostileAssessment(), empty])
      for (const includeVictim of [false, true])
        expect(findStixFaults(textOf("stix", assessment, { includeVictim }))).toEqual([]);
  });

  it("gives observables the ids that every other program gives them", () => {
    // Made with the reference implementation (python-stix2 3.0): IPv4Address(value="203.0.113.9").id
    expect(textOf("stix", sampleAssessment)).toContain('"ipv4-addr--39090fdc-366e-571f-ab5b-d05e2918f88f"');
  });

  it("names a group only where the case says that an intruder resembles one, and says no more than that", () => {
    const like = (resembles: Intruder["resembles"]): Assessment => ({
      ...sampleAssessment,
      intruders: sampleAssessment.intruders.map((one) => ({ ...one, resembles })),
    });
    expect(textOf("stix", like([]))).not.toContain("intrusion-set");
    const text = textOf(
      "stix",
      like([{ cluster: "x", name: "GROUP X", confidence: "medium", matches: ["a page"], against: [] }]),
    );
    expect(findStixFaults(text)).toEqual([]);
    expect(text).toContain('"type": "intrusion-set"');
    expect(text).toContain("that is no attribution");
    expect(text).toMatch(
      /"relationship_type": "indicates",\s+"source_ref": "indicator--[^"]+",\s+"target_ref": "intrusion-set--/u,
    );
  });

  it("escapes quotes and backslashes in patterns", () => {
    const text = textOf("stix", hostileAssessment("/a'b\\c.aspx"), { includeVictim: true });
    expect(text).toContain(JSON.stringify("file:parent_directory_ref.path = '/a\\'b']").slice(1, -1));
    expect(text).toContain(JSON.stringify("request_value = '/a\\'b\\\\c.aspx'").slice(1, -1));
  });
});

describe("shared files", () => {
  it.each(["stix", "misp", "navigator"] as const)(
    "to %s name no server, mailbox or inner address",
    (target) => {
      const [server] = sampleAssessment.servers;
      if (server === undefined) throw new Error("no server");
      const summary =
        "MAIL01.school.example (10.1.2.3) was broken into; head@school.example and SCHOOL\\j.doe know.";
      const [finding] = sampleAssessment.findings;
      if (finding === undefined) throw new Error("no finding");
      const assessment: Assessment = {
        ...sampleAssessment,
        summary,
        servers: [{ ...server, name: "MAIL01", addresses: ["192.0.2.10", "203.0.113.200"] }],
        findings: [
          {
            ...finding,
            ...{ kind: "web-shell-file", rung: "L2", title: `Back door on mail01: ${summary}` },
            entities: {
              addresses: ["203.0.113.9", "10.1.2.3"],
              users: ["SCHOOL\\j.doe", "school.example/Users/Jane Roe"],
              files: [
                "D:\\Exchange\\FrontEnd\\HttpProxy\\owa\\auth\\x1.aspx",
                "E:\\School\\shell.aspx",
                "C:\\x\\school.aspx",
              ],
              urls: [
                "/owa/auth/x1.aspx",
                "/owa/auth/logon.aspx",
                "ServerInfo~a]@mail01.school.example:444/x",
              ],
            },
          },
        ],
        actors: sampleAssessment.actors.map((actor) => ({
          ...actor,
          addresses: ["203.0.113.9", "10.1.2.3", "203.0.113.200"],
          userAgents: ["tool of j.doe", "antSword/v2.1"],
        })),
      };
      const { text, notes } = exportCase(assessment, target, options);
      expect(text).not.toMatch(/school|mail01|j\.doe|jane|10\.1\.2\.3|203\.0\.113\.200|192\.0\.2\.10/iu);
      if (target !== "navigator") {
        expect(text).toContain("antSword/v2.1");
        expect(text).toContain("x1.aspx");
        expect(text).toContain("FrontEnd");
        expect(text).not.toContain("logon.aspx");
        expect(notes.join()).toContain("2 indicators name");
      }
      expect(exportCase(assessment, target, { ...options, includeVictim: true }).text).toMatch(/mail01/iu);
    },
  );

  it("take drive, folder of installation and user out of paths", () => {
    expect(generalPath("D:\\Exch\\FrontEnd\\HttpProxy\\owa\\auth\\a.aspx")).toEqual({
      folder: "%ExchangeInstallPath%FrontEnd\\HttpProxy\\owa\\auth\\",
      name: "a.aspx",
    });
    expect(generalPath("C:\\Users\\jane\\AppData\\Local\\Temp\\x.dmp").folder).toBe("%Temp%\\");
    expect(generalPath("F:\\Pupils\\2021\\x.zip")).toEqual({ folder: null, name: "x.zip" });
  });
});

const MANDATORY = [
  ...["uuid", "info", "date", "timestamp", "publish_timestamp", "analysis", "threat_level_id"],
  ...["distribution", "org_id", "orgc_id", "sharing_group_id"],
];

describe("MISP", () => {
  it("has every mandatory field of the core format, numbers as texts", () => {
    const event = rowOf(rowOf(JSON.parse(textOf("misp", sampleAssessment)))["Event"]);
    for (const name of MANDATORY) expect([name, typeof event[name]]).toEqual([name, "string"]);
    expect(event["published"]).toBe(false);
    expect(event["date"]).toMatch(/^\d{4}-\d{2}-\d{2}$/u);
    expect(event["timestamp"]).toMatch(/^\d+$/u);
    expect(event["threat_level_id"]).toBe("1");
    const attributes = event["Attribute"];
    if (!Array.isArray(attributes)) throw new Error("no attributes");
    for (const attribute of attributes.map(rowOf)) {
      for (const name of ["uuid", "type", "category", "value", "timestamp", "comment"])
        expect([name, typeof attribute[name]]).toEqual([name, "string"]);
      expect(attribute["to_ids"]).toBeTypeOf("boolean");
      expect(attribute).toMatchObject({ distribution: "5", sharing_group_id: "0", deleted: false });
    }
    expect(event["Tag"]).toContainEqual({
      name: 'misp-galaxy:mitre-attack-pattern="Exploit Public-Facing Application - T1190"',
    });
  });

  it("joins name and hash of a file in an object of MISP's own template", () => {
    const hashed: Assessment = {
      ...sampleAssessment,
      findings: sampleAssessment.findings.map((finding) => ({
        ...finding,
        ...{ kind: "web-shell-file", rung: "L2" },
        entities: { files: ["C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx"], hashes: ["AB".repeat(32)] },
      })),
    };
    const text = textOf("misp", hashed);
    expect(text).toContain('"template_uuid": "688c46fb-5edb-40a3-8273-1af7923e2215"');
    expect(text).toContain("ab".repeat(32));
  });
});

describe("ATT&CK Navigator", () => {
  it("is a layer of format 4.5 with a score for each technique and its parent opened", () => {
    const layer: unknown = JSON.parse(textOf("navigator", sampleAssessment));
    expect(layer).toMatchObject({
      versions: { layer: "4.5", navigator: "5.3.1", attack: "18" },
      domain: "enterprise-attack",
      techniques: [
        { techniqueID: "T1190", score: 2, enabled: true },
        { techniqueID: "T1505.003", score: 2 },
        { techniqueID: "T1505", showSubtechniques: true },
      ],
    });
  });
});

describe("Timesketch", () => {
  it("has the mandatory columns, a time with an offset, microseconds and a list of tags in every line", () => {
    const rows = linesOf(textOf("timesketch", hostileAssessment()));
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const row of rows) {
      expect(row["message"]).toEqual(expect.stringMatching(/\S/u));
      expect(row["timestamp_desc"]).toEqual(expect.stringMatching(/\S/u));
      expect(row["datetime"]).toEqual(
        expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/u),
      );
      expect(row["timestamp"]).toBe(Date.parse(String(row["datetime"])) * 1000);
      expect(row["tag"]).toEqual(expect.any(Array));
    }
  });

  it("cuts fields that OpenSearch could not sort, and says so when there are too few lines", () => {
    const rows = linesOf(textOf("timesketch", hostileAssessment("ä".repeat(40_000))));
    for (const row of rows)
      for (const value of Object.values(row))
        if (typeof value === "string") expect(Buffer.byteLength(value)).toBeLessThanOrEqual(32_766);
    expect(exportCase(empty, "timesketch", options).notes[0]).toContain("0 lines");
  });

  it("writes the same rows as CSV with tags as a JSON list, as its importer reads them", () => {
    const [head = "", first = ""] = textOf("timesketch-csv", sampleAssessment).split("\r\n");
    expect(head).toMatch(/^message,datetime,timestamp,timestamp_desc,tag,/u);
    expect(first).toContain('"[""');
  });
});

describe("ECS", () => {
  it("has time, version and classification of ECS 9.4 in every document", () => {
    for (const document of linesOf(textOf("ecs", hostileAssessment()))) {
      expect(document["@timestamp"]).toMatch(/Z$/u);
      expect(document).toMatchObject({
        ecs: { version: "9.4.0" },
        event: { kind: "alert", module: "postern", dataset: "postern.finding", type: ["info"] },
      });
    }
  });

  it("ends with a line feed, without which a shipper would lose the last line", () => {
    expect(textOf("ecs", sampleAssessment)).toMatch(/\}\n$/u);
  });
});

describe("CSV", () => {
  it.each(CSV_TABLES)("table %s has as many cells in each record as its head, and no formula", (table) => {
    const records = parseCsv(textOf("csv", hostileAssessment(), { table }));
    for (const record of records) {
      expect(record).toHaveLength(records[0]?.length ?? 0);
      for (const cell of record) expect(cell).not.toMatch(/^[\s]*[=+\-@\t]/u);
    }
  });

  it("begins with a byte order mark only when asked", () => {
    expect(textOf("csv", sampleAssessment, { bom: true }).startsWith("\ufeffid,")).toBe(true);
    expect(textOf("csv", sampleAssessment).startsWith("id,")).toBe(true);
  });

  it("gives any text back but for the apostrophe and hidden characters", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const cell = parseCsv(`${csvCell(text)}\r\n`)[0]?.[0] ?? "";
        expect(cell).not.toMatch(/^\s*[=+\-@]/u);
        if (/^[\w ]+$/u.test(text)) expect(cell).toBe(text);
      }),
    );
  });
});

/** A reader after RFC 4180, not made by us for this writer: records end with CR LF, quotes double. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const record = records.at(-1) ?? [];
    const sign = text[at] ?? "";
    if (quoted) {
      if (sign !== '"') record.push(`${record.pop() ?? ""}${sign}`);
      else if (text[at + 1] === '"') {
        record.push(`${record.pop() ?? ""}"`);
        at++;
      } else quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === ",") record.push("");
    else if (sign === "\r" && text[at + 1] === "\n") {
      records.push([""]);
      at++;
    } else record.push(`${record.pop() ?? ""}${sign}`);
  }
  return records.slice(0, -1);
}

describe("Markdown", () => {
  it("keeps evidence in code spans and blocks that it cannot leave", () => {
    expect(codeSpan("a`b``c")).toBe("```a`b``c```");
    expect(codeSpan("`x`")).toBe("`` `x` ``");
    expect(codeSpan("a\nb\u202e")).toBe("`a b\\u202E`");
    expect(codeBlock("x\n````\ny", 100)).toBe("`````text\nx\n````\ny\n`````");
  });

  it("takes the meaning from mentions, references, links and HTML in prose", () => {
    const shown = proseText(HOSTILE);
    expect(shown).not.toMatch(/@\w|#\d|:\/\/|(?<!\\)<|(?<!\\)\[|(?<!\\)`/u);
    expect(shown).not.toContain("\n");
  });

  it("says what was done to each mailbox, and which findings somebody explained", () => {
    const [line] = sampleAssessment.mailboxes;
    const [finding] = sampleAssessment.findings;
    if (line === undefined || finding === undefined) throw new Error("the sample has both");
    const acknowledged = {
      reason: "our own test",
      by: "A. Admin",
      at: "2021-04-01T00:00:00.000Z",
      until: "2021-05-01",
    };
    const text = textOf("markdown", {
      ...sampleAssessment,
      mailboxes: [{ ...line, kind: "exported", confidence: "likely" }],
      findings: [{ ...finding, acknowledged }],
    });
    expect(text).toContain(": copied out to a file (likely), ");
    expect(text).toContain("- Does not count: A. Admin on 1 April 2021: our own test (until 1 May 2021)");
  });

  it("has no line outside of a block that begins with anything but our own words", () => {
    const text = textOf("markdown", hostileAssessment());
    for (const line of outsideBlocks(text)) {
      expect(line).toMatch(/^(?:#|- |\d+\. |\s{3}\S|\w|$)/u);
      expect(line.replace(/(`+)(?!`).*?[^`]\1(?!`)/gu, "")).not.toMatch(/<img|@admin|#1\b|https:\/\//u);
    }
  });
});

function outsideBlocks(text: string): readonly string[] {
  let fence: string | null = null;
  return text.split("\n").filter((line) => {
    const mark = /^`{3,}(?=$|text$)/u.exec(line)?.[0] ?? null;
    if (fence === null && mark !== null) fence = mark;
    else if (fence !== null && mark === fence) fence = null;
    else return fence === null;
    return false;
  });
}
