import { describe, expect, test } from "vitest";
import type { Event } from "../../model/index.ts";
import { aGroup, anEvent, ms } from "../testing/index.ts";
import { canaryOf, createAddressJoin } from "./address-join.ts";

const INTRUDER = "203.0.113.66";
const BALANCER = "10.0.0.1";

/** A row of the front-end proxy log: it knows the client even behind a load balancer. */
function proxyRow(address: string, more: { id?: string; canary?: string; at?: string } = {}): Event {
  const { id, canary, at = "2021-03-03T10:15:27" } = more;
  return anEvent({
    artifact: "exchange-httpproxy",
    timeMs: ms(at),
    fields:
      canary === undefined
        ? {}
        : { AnchorMailbox: `ServerInfo~a]@x:444/ecp/?msExchEcpCanary=${canary}.&a=~1` },
    ecs: { "source.ip": address, ...(id === undefined ? {} : { "http.request.id": id }) },
  });
}

describe("the address behind a record", () => {
  test("is its own where nobody shares it", () => {
    const row = proxyRow(INTRUDER);
    const join = createAddressJoin([aGroup({}, [row])], new Set());
    expect(join.of(row, "L1")).toEqual({ address: INTRUDER, how: "record" });
  });

  test("is found by the request id when the web server saw only the load balancer, which is then shared", () => {
    const web = anEvent({ ecs: { "source.ip": BALANCER, "http.request.id": "r1" } });
    const join = createAddressJoin(
      [aGroup({}, [proxyRow(INTRUDER, { id: "r1" })]), aGroup({}, [web])],
      new Set(),
    );
    expect(join.of(web, "L0")).toEqual({ address: INTRUDER, how: "request-id" });
    expect(join.shared.has(BALANCER)).toBe(true);
    const other = anEvent({ ecs: { "source.ip": BALANCER }, timeMs: ms("2021-03-05T00:00") });
    expect(join.of(other, "L1")).toBeNull();
  });

  test("is found by the session token in logs that name no address", () => {
    const ecp = anEvent({
      artifact: "exchange-ecp-server",
      timeMs: ms("2021-03-04T00:00"),
      fields: {
        "S:URL": "/ecp/DDI/DDIService.svc/SetObject?msExchEcpCanary=Abc_12345-&schema=OABVirtualDirectory",
      },
    });
    const join = createAddressJoin([aGroup({}, [proxyRow(INTRUDER, { canary: "Abc_12345-" })])], new Set());
    expect(join.of(ecp, "L2")).toEqual({ address: INTRUDER, how: "session" });
  });

  test("is found by the time only for what worked, and only when one address was there in these seconds", () => {
    const shell = anEvent({ artifact: "exchange-ecp-server", timeMs: ms("2021-03-03T10:15:30") });
    const one = createAddressJoin([aGroup({ rung: "L1" }, [proxyRow(INTRUDER)])], new Set());
    expect(one.of(shell, "L2")).toEqual({ address: INTRUDER, how: "time" });
    expect(one.of(shell, "L0")).toBeNull();
    const late = anEvent({ artifact: "exchange-ecp-server", timeMs: ms("2021-03-03T10:15:40") });
    expect(one.of(late, "L2")).toBeNull();
    const two = createAddressJoin(
      [aGroup({ rung: "L1" }, [proxyRow(INTRUDER), proxyRow("198.51.100.7")])],
      new Set(),
    );
    expect(two.of(shell, "L2")).toBeNull();
    const tried = createAddressJoin([aGroup({ rung: "L0" }, [proxyRow(INTRUDER)])], new Set());
    expect(tried.of(shell, "L2")).toBeNull();
  });

  test("is never the server itself, loopback, a link-local address, or a proxy that forwards for others", () => {
    const own = proxyRow("10.0.0.5");
    const loop = anEvent({ ecs: { "source.ip": "127.0.0.1" } });
    const link = anEvent({ ecs: { "source.ip": "fe80::1" } });
    const same = anEvent({ ecs: { "source.ip": "10.0.0.7", "host.ip": "10.0.0.7" } });
    const proxy = anEvent({ ecs: { "source.ip": "10.0.0.8", "source.forwarded": "198.51.100.1" } });
    const join = createAddressJoin([aGroup({}, [own, loop, link, same, proxy])], new Set(["10.0.0.5"]));
    expect([own, loop, link, same, proxy].map((event) => join.of(event, "L0"))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    // What a client on the internet claims to forward for is no reason to believe it.
    const claimed = anEvent({ ecs: { "source.ip": INTRUDER, "source.forwarded": "10.1.1.1" } });
    expect(createAddressJoin([aGroup({}, [claimed])], new Set()).of(claimed, "L0")?.address).toBe(INTRUDER);
  });
});

test("a session token is read from every column that carries it, without the dot that some logs add", () => {
  const of = (fields: Readonly<Record<string, string>>): string | null => canaryOf(anEvent({ fields }));
  expect(of({ UrlQuery: "?msExchEcpCanary=Abc_12345-." })).toBe("Abc_12345-");
  expect(of({ "cs-uri-query": "schema=x&msExchEcpCanary=Abc_12345-&a=1" })).toBe("Abc_12345-");
  expect(of({ "cs-uri-query": "msExchEcpCanary=short" })).toBeNull();
});
