import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { findDataFolder } from "../../knowledge/index.ts";
import type { Event } from "../../model/index.ts";
import { loadPacks, type Pack } from "../packs/index.ts";
import { compilePackRules } from "./index.ts";

const { packs } = loadPacks(findDataFolder("packs"));
const rules = compilePackRules(packs);

function event(artifact: string, fields: Readonly<Record<string, string>>, more: Partial<Event> = {}): Event {
  const at = { item: 0, offsetBytes: 0, lengthBytes: 0, record: 1 };
  return { artifact, timeMs: null, server: null, fields, ecs: {}, at, raw: null, repairs: [], ...more };
}

function idsOf(one: Event): readonly string[] {
  return rules.match(one).map(({ id }) => id.replace(/^[^/]*\//, ""));
}

const HOST = "ServerInfo~a]@exch01.schools.example:444";

describe("the fast road sees what the plain road sees", () => {
  it("literals are lower case and long enough for the byte filter", () => {
    for (const literal of rules.literals) {
      expect(literal).toBe(literal.toLowerCase());
      expect(literal.length).toBeGreaterThanOrEqual(4);
    }
  });

  it("whatever stands in the fields, a match holds a literal", () => {
    const piece = fc.constantFrom(
      "ServerInfo~",
      "Server~",
      "a]@x:444",
      "/ecp/",
      "proxyLogon.ecp",
      "DDI/DDIService.svc/",
      "SetObject?",
      "/EWS/Exchange.asmx",
      "schema=ResetOABVirtualDirectory",
      "msExchEcpCanary=abcd",
      "/aspnet_client/",
      "/owa/auth/",
      "x.aspx",
      "~1~",
      "localhost",
      "#",
    );
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
    const status = fc.constantFrom("200", "241", "302", "500", "");
    fc.assert(
      fc.property(text, text, status, fc.constantFrom("POST", "GET"), (one, two, code, method) => {
        const proxy = { AnchorMailbox: one, BackEndCookie: two, HttpStatus: code, ResponseBytes: "9000" };
        const w3c = {
          "cs-method": method,
          "cs-uri-stem": `/${one}`,
          "cs-uri-query": two,
          "sc-status": code,
          "s-port": "443",
          "time-taken": "1",
        };
        for (const each of [event("exchange-httpproxy", proxy), event("iis-w3c", w3c)]) {
          if (rules.match(each).length === 0) continue;
          const raw = ` ${Object.values(each.fields).join(" ")} `.toLowerCase();
          expect(rules.literalsFor(each.artifact).some((literal) => raw.includes(literal))).toBe(true);
        }
      }),
      { seed: 5, numRuns: 1500 },
    );
  });
});

describe("what a row means together", () => {
  it("one step of the chain is one kind of finding, not an attempt as well", () => {
    const row = (path: string, status: string): readonly string[] =>
      idsOf(
        event("exchange-httpproxy", {
          AnchorMailbox: HOST + path,
          HttpStatus: status,
          BackEndStatus: status,
          ErrorCode: "",
        }),
      );
    expect(row("/autodiscover/autodiscover.xml?#", "200")).toEqual(["ssrf-probed-vulnerable"]);
    expect(row("/ecp/proxyLogon.ecp?#", "241")).toEqual(["ssrf-session-241"]);
    expect(row("/ecp/DDI/DDIService.svc/GetObject?schema=OABVirtualDirectory#", "200")).toEqual([
      "ssrf-backend-acted",
    ]);
    expect(row("/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory#", "200")).toEqual([
      "ssrf-setting-changed",
    ]);
    expect(row("/ecp/DDI/DDIService.svc/SetObject?schema=ResetOABVirtualDirectory#", "200")).toEqual([
      "vdir-reset-httpproxy",
    ]);
    expect(row("/ecp/proxyLogon.ecp?#", "500")).toEqual(["ssrf-attempt"]);
  });

  it("an answer 200 in front with an error behind is an attempt and nothing more", () => {
    for (const path of [
      "/ecp/DDI/DDIService.svc/SetObject?schema=ResetOABVirtualDirectory#",
      "/EWS/Exchange.asmx?a=",
    ]) {
      const fields = {
        AnchorMailbox: HOST + path,
        HttpStatus: "200",
        BackEndStatus: "500",
        ErrorCode: "",
        ResponseBytes: "9000",
      };
      expect(idsOf(event("exchange-httpproxy", fields))).toEqual(["ssrf-attempt"]);
    }
  });

  it("an event whose export dropped the channel is still judged, and once", () => {
    const fields = {
      EventID: "1",
      Image: "C:\\Windows\\System32\\cmd.exe",
      ParentImage: "C:\\x\\w3wp.exe",
      CommandLine: "cmd",
    };
    expect(idsOf(event("windows-event", fields))).toEqual(["web-process-child"]);
  });

  it("an event of another channel is not judged by rules for this one", () => {
    const fields = { EventID: "1", Cmdlet: "Remove-OabVirtualDirectory" };
    expect(idsOf(event("windows-event", fields, { ecs: { "winlog.channel": "System" } }))).toEqual([]);
    expect(
      idsOf(event("windows-event", fields, { ecs: { "winlog.channel": "MSExchange Management" } })),
    ).toEqual(["management-vdir-recreated"]);
  });

  it("an explanation says which parts of the row met the rule", () => {
    const row = event("exchange-httpproxy", {
      AnchorMailbox: `${HOST}/ecp/proxyLogon.ecp?#`,
      HttpStatus: "241",
    });
    const explanation = rules.explain(row, "proxylogon/ssrf-session-241");
    expect(explanation?.matched).toBe(true);
    expect(explanation?.parts.map(({ field }) => field)).toEqual(["AnchorMailbox", "HttpStatus"]);
    expect(rules.explain(row, "proxylogon/um-child")).toBeNull();
  });
});

it("a logsource that means no records of ours is a problem, not a rule that never fires", () => {
  const [pack] = packs;
  const [rule] = pack?.rules ?? [];
  if (pack === undefined || rule === undefined) throw new Error("no pack");
  const logsource = { category: "firewall", product: null, service: null };
  const odd: Pack = { ...pack, rules: [{ ...rule, sigma: { ...rule.sigma, logsource } }] };
  const [problem] = compilePackRules([odd]).problems;
  expect([problem?.code, problem?.at.file]).toEqual(["PACK_LOGSOURCE", rule.file]);
});
