import { describe, expect, test } from "vitest";
import type { Event } from "../../model/index.ts";
import { aFile, aGroup, anEvent, anItem } from "../testing/index.ts";
import type { EventMatcher } from "../../detect/index.ts";
import type { ItemResult, MatchGroup } from "../../scan/index.ts";
import { findPivot, pivotMatcher } from "./pivot.ts";

function makePivot(items: readonly ItemResult[], matches: readonly MatchGroup[]): EventMatcher | null {
  const pivot = findPivot(items, matches, { groups: [], pairs: [], left: 0 });
  return pivot === null ? null : pivotMatcher(pivot);
}

const INTRUDER = "203.0.113.66";
const gotIn = aGroup({ rung: "L1" }, [
  anEvent({ artifact: "exchange-httpproxy", ecs: { "source.ip": INTRUDER } }),
]);

function request(more: Partial<Event["ecs"]> = {}): Event {
  return anEvent({ ecs: { "source.ip": INTRUDER, "http.response.status_code": 200, ...more } });
}

describe("the second look", () => {
  test("has nothing to follow when nothing worked and no back door lies on the disk", () => {
    expect(makePivot([anItem(0)], [])).toBeNull();
    expect(makePivot([], [aGroup({ rung: "L0" }, [request()])])).toBeNull();
  });

  test("follows the address that got in, and sees the account that it signed in with as stolen (L1)", () => {
    const pivot = makePivot([], [gotIn]);
    expect(pivot?.literals).toEqual([INTRUDER]);
    const kinds = (event: Event): readonly string[] =>
      pivot?.match(event).map(({ kind, rung }) => `${kind} ${String(rung)}`) ?? [];
    expect(kinds(request())).toEqual(["intruder-request null"]);
    expect(kinds(request({ "user.name": "WILLOW\\m.weber" }))).toEqual([
      "intruder-request null",
      "account-used L1",
    ]);
    // Refused, the server's own account, monitoring: no stolen account.
    expect(kinds(request({ "user.name": "WILLOW\\m.weber", "http.response.status_code": 401 }))).toEqual([
      "intruder-request null",
    ]);
    expect(kinds(request({ "user.name": "WILLOW\\EX01$" }))).toEqual(["intruder-request null"]);
    expect(kinds(request({ "user.name": "HealthMailbox3f2a@willow.example" }))).toEqual([
      "intruder-request null",
    ]);
    expect(kinds(request({ "source.ip": "198.51.100.1" }))).toEqual([]);
  });

  test("never follows loopback or the server itself", () => {
    const own = aGroup({ rung: "L2" }, [
      anEvent({ ecs: { "source.ip": "127.0.0.1" } }),
      anEvent({ ecs: { "source.ip": "10.0.0.5", "host.ip": "10.0.0.5" } }),
    ]);
    expect(makePivot([], [own])).toBeNull();
  });

  test("follows back doors on the disk whose place or kind no rule watches", () => {
    const door = (index: number, name: string, folder: string | null): ReturnType<typeof anItem> =>
      anItem(index, { name, file: aFile(folder) });
    const pivot = makePivot(
      [
        door(0, "iisstart.aspx", "wwwroot"),
        door(1, "watched.aspx", "owa-auth"),
        door(2, "service.asmx", "oab"),
        door(3, "plain.soap", "aspnet-client"),
        door(4, "x.as", null),
      ],
      [],
    );
    expect(pivot?.literals).toEqual(["/iisstart.aspx", "/service.asmx", "/plain.soap"]);
    const used = request({ "url.path": "/IISSTART.aspx", "http.request.method": "POST" });
    expect(pivot?.match(used).map(({ kind, rung }) => [kind, rung])).toEqual([["web-shell-used", "L3"]]);
    const seen = request({ "url.path": "/iisstart.aspx", "http.request.method": "GET" });
    expect(pivot?.match(seen).map(({ kind }) => kind)).toEqual(["web-shell-answers"]);
    expect(pivot?.match(request({ "url.path": "/iisstart.aspx", "http.response.status_code": 404 }))).toEqual(
      [],
    );
  });
});
