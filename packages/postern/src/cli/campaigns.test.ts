import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "./testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-campaigns-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A request of ProxyShell that was refused, on the front end of an Exchange server. */
const logs = join(folder, "W3SVC1");
mkdirSync(logs);
writeFileSync(
  join(logs, "u_ex220305.log"),
  "#Software: Microsoft Internet Information Services 10.0\r\n" +
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\r\n" +
    "2022-03-05 10:00:00 192.0.2.10 GET /autodiscover/autodiscover.json @x.example/mapi/nspi/?&Email=autodiscover/autodiscover.json%3f@x.example 443 - 203.0.113.9 Tool/1 401\r\n" +
    "2022-03-05 10:00:09 192.0.2.10 POST /aspnet_client/x.aspx - 443 - 203.0.113.9 Tool/1 404\r\n",
);

interface Asked {
  readonly summary: string;
  readonly scope: { readonly campaigns: readonly { readonly id: string }[] };
  readonly findings: readonly { readonly kind: string }[];
}

async function assess(...campaigns: readonly string[]): Promise<Asked> {
  const options = campaigns.flatMap((id) => ["--campaign", id]);
  const { out } = await runCli(["assess", folder, "--json", "--quiet", ...options]);
  // eslint-disable-next-line postern/no-type-assertion -- our own output, whose schema other tests check
  return JSON.parse(out) as Asked;
}

describe("postern assess --campaign", () => {
  it("asks about that campaign and what belongs to every one, and says so", async () => {
    const { summary, scope, findings } = await assess("proxylogon");
    expect(scope.campaigns.map(({ id }) => id)).toEqual(["exchange-post-exploitation", "proxylogon"]);
    expect(summary).toMatch(/Only this was asked about: ProxyLogon \(March 2021\)\.$/u);
    expect(findings.map(({ kind }) => kind)).toEqual(["web-shell-guess"]);
  });

  it("takes several; without it all campaigns are in scope", async () => {
    const several = await assess("proxylogon", "proxyshell");
    expect(several.findings.map(({ kind }) => kind)).toEqual(["proxyshell-attempt", "web-shell-guess"]);
    const all = await assess();
    expect(all.scope.campaigns.length).toBeGreaterThan(10);
    expect(all.summary).not.toContain("Only this was asked about");
  });

  it("refuses a campaign that no pack is about, and names those that there are", async () => {
    const { code, err } = await runCli(["assess", folder, "--json", "--campaign", "proxyshel"]);
    expect(code).toBe(2);
    expect(err).toMatch(/no campaign "proxyshel"; there are .*proxyshell/u);
  });
});

describe("postern rules list", () => {
  it("lists by pack, with the flaws that each answers for", async () => {
    const { out } = await runCli(["rules", "list"]);
    const heads = out.split("\n").filter((line) => line.startsWith("# "));
    expect(heads).toContainEqual(
      "# proxyshell\tProxyShell (August 2021)\tCVE-2021-34473, CVE-2021-34523, CVE-2021-31207",
    );
    expect(heads.length).toBeGreaterThan(10);
    const own = out.slice(out.indexOf("# proxyshell"), out.indexOf("# proxytoken"));
    expect(own).toContain("proxyshell/iis-session\tL1\thigh\t");
    expect(own).not.toContain("proxylogon/");
  });
});
