import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Assessment } from "../../model/index.ts";
import {
  HOSTILE_TEXTS,
  attempted,
  cannotTell,
  compromised,
  hostile,
  noEvidence,
  noTrace,
} from "../testing/index.ts";
import { BEFORE_YOU_TOUCH } from "../words.ts";
import { renderHtml } from "./page.ts";

const SAMPLES: readonly (readonly [string, () => Assessment])[] = [
  ["compromised", compromised],
  ["attempted", attempted],
  ["cannot-tell", cannotTell],
  ["no-trace", noTrace],
  ["no evidence", noEvidence],
  ["hostile", hostile],
];

/** Start tags with the text of their attributes; enough for HTML that we write ourselves. */
function tags(page: string): readonly (readonly [string, string])[] {
  return [
    ...page
      .replace(/<style>[^]*?<\/style>/, "")
      .matchAll(/<([a-z]+[1-6]?)((?:\s[a-z-]+(?:="[^"]*")?)*)\s*\/?>/g),
  ].map((match) => [match[1] ?? "", match[2] ?? ""]);
}

function values(page: string, attribute: string): readonly string[] {
  return tags(page).flatMap(([, attributes]) =>
    [...attributes.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, "g"))].map((match) => match[1] ?? ""),
  );
}

function plain(page: string): string {
  return page
    .replace(/<style>[^]*?<\/style>/, "")
    .replace(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'")
    .replace(/\s+/g, " ");
}

describe.each(SAMPLES)("the report, %s", (_, sample) => {
  const page = renderHtml(sample());

  it("holds no script, form, frame, picture, link to elsewhere or inline style", () => {
    const allowed = new Set(
      "html head meta title style body a header div span main p h1 h2 h3 h4 h5 section ul ol li strong nav article table caption colgroup col thead tbody tr th td dl dt dd details summary figure figcaption pre code bdi time footer".split(
        " ",
      ),
    );
    expect([...new Set(tags(page).map(([name]) => name))].filter((name) => !allowed.has(name))).toEqual([]);
    const attributes = new Set(
      tags(page).flatMap(([, text]) =>
        [...text.matchAll(/\s([a-z-]+)(?:="[^"]*")?/g)].map((match) => match[1] ?? ""),
      ),
    );
    expect(
      [...attributes].filter((name) => /^(?:on.*|style|src|srcset|action|formaction)$/.test(name)),
    ).toEqual([]);
    expect(values(page, "href").filter((target) => !target.startsWith("#"))).toEqual([]);
  });

  it("lets the browser load and run nothing: only the style sheet's own hash is allowed", () => {
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(style).not.toMatch(/url\(|@import|</);
  });

  it("warns before anything is touched", () => {
    const text = plain(page);
    expect(text).toContain("Before you touch anything");
    for (const { title } of BEFORE_YOU_TOUCH) expect(text).toContain(title);
    expect(text.indexOf("Before you touch anything")).toBeLessThan(text.indexOf("What to do first"));
    expect(text.indexOf("What to do first")).toBeLessThan(text.indexOf("What could not be seen"));
  });

  it("gives each place one name, and every link on the page a place to go to", () => {
    const ids = values(page, "id");
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [
      ...values(page, "href").map((target) => target.slice(1)),
      ...values(page, "aria-labelledby"),
    ];
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  it("has one first heading and skips no level", () => {
    const levels = tags(page).flatMap(([name]) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    expect(levels.filter((level, i) => i > 0 && level > (levels[i - 1] ?? 0) + 1)).toEqual([]);
  });

  it("names its language, its landmarks and the headers of its tables", () => {
    expect(page).toContain('<html lang="en">');
    for (const name of ["header", "main", "nav", "footer"])
      expect(tags(page).filter(([tag]) => tag === name)).toHaveLength(1);
    expect(tags(page).filter(([tag, attributes]) => tag === "th" && !attributes.includes("scope="))).toEqual(
      [],
    );
    expect(tags(page).filter(([tag]) => tag === "caption")).toHaveLength(
      tags(page).filter(([tag]) => tag === "table").length,
    );
    expect(page.indexOf('class="skip" href="#answer"')).toBeLessThan(page.indexOf("<header"));
  });

  it("is the same each time", () => {
    expect(renderHtml(sample())).toBe(page);
  });
});

describe("the report of a break-in", () => {
  const text = plain(renderHtml(compromised()));

  it("begins with the verdict and the sentence", () => {
    expect(text).toMatch(/Compromised Somebody broke in on 3 March 2021 through MX01/);
  });

  it("shows each finding with its place, its raw line, its reasons, its doubt and the next step", () => {
    for (const part of [
      "u_ex210303.log:40211",
      "GET /aspnet_client/compressionmemory.gif - 443",
      "Why we say this",
      "Why it may be wrong",
      "What to do about it",
      "Evidence: 2 of 41 records or files",
    ]) {
      expect(text).toContain(part);
    }
  });

  it("shows the silence between two entries of the story", () => {
    expect(text).toContain("6 days without an entry");
    expect(text).toContain("41 hours without an entry");
  });

  it("says every stretch of the coverage in words", () => {
    expect(text).toContain("5 February 2021 to 14 February 2021: missing, 0 records");
    expect(text).toContain("1 March 2021: thin, 211 records");
  });

  it("says that patched is not clean, and which build was there when", () => {
    expect(text).toContain("Patched does not mean clean");
    expect(text).toContain("15.1.2106.13 Exchange 2016 CU18 Mar21SU 9 March 2021, 22:31 UTC");
  });

  it("shows the text of a back door as text", () => {
    expect(renderHtml(compromised())).toContain(["&lt;scr", "ipt language="].join(""));
  });
});

describe("reports without findings", () => {
  it("never read as an all-clear when there was nothing to read", () => {
    const text = plain(renderHtml(noEvidence()));
    expect(text).toContain("An empty result is not an all-clear");
    expect(text).toContain("holiday.jpg");
    expect(text).not.toMatch(/✓|✔/);
  });

  it("point to the coverage", () => {
    expect(plain(renderHtml(noTrace()))).toContain("read the coverage before you rely on it");
  });
});

describe("the report of hostile evidence", () => {
  it("shows what was tried, and stays small however long a line is", () => {
    const page = renderHtml(hostile());
    expect(page).toContain("&lt;svg onload=alert(1)&gt;");
    expect(page).toContain("\\u202E");
    expect(page).not.toMatch(/\u202E|\u001b|\u0000/);
    expect(page.length).toBeLessThan(HOSTILE_TEXTS.reduce((sum, text) => sum + text.length, 0) * 5);
  });
});

it("shows the flaws that matter, and folds those of which there is nothing to say into one sentence", () => {
  const { servers, ...rest } = compromised();
  const quiet = { rung: null, findings: [], why: "Nothing.", missing: [] } as const;
  const cves = {
    "CVE-2021-42321": { ...quiet, verdict: "not-applicable" },
    "CVE-2020-0688": { ...quiet, verdict: "no-trace" },
    "CVE-2026-42897": {
      ...quiet,
      verdict: "cannot-tell",
      traceless: true,
      missing: ["Look at the rules of the mailboxes."],
    },
  } as const;
  const page = renderHtml({ ...rest, servers: servers.slice(0, 1).map((server) => ({ ...server, cves })) });
  const text = plain(page);
  expect(text).toContain("What to examine: Look at the rules of the mailboxes.");
  expect(text).toContain(
    "2 more flaws in scope: no trace of CVE-2020-0688; not applicable to this server or after this evidence: CVE-2021-42321.",
  );
  const folded = page.indexOf("<details", page.indexOf("Verdict for each flaw that matters"));
  expect(page.indexOf("CVE-2026-42897")).toBeLessThan(folded);
});
