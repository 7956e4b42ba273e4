import { describe, expect, test } from "vitest";
import { loadKnowledge } from "../../knowledge/index.ts";
import type { HybridAssessment } from "../../model/index.ts";
import { resolveServers } from "../servers/resolve-servers.ts";
import { gatherState } from "../state/index.ts";
import { anItem } from "../testing/index.ts";
import { assessHybrid } from "./index.ts";

const knowledge = loadKnowledge();
const APP = "00000002-0000-0ff1-ce00-000000000000";

type Values = Readonly<Record<string, string | readonly string[]>>;

function assessed(
  objects: readonly (readonly [string, Values])[],
  build: string | null = "15.1.2507.6",
): HybridAssessment {
  const kept = objects.map(([kind, values]) => ({
    // eslint-disable-next-line postern/no-type-assertion -- the names of kinds live with the parser, which this folder does not know
    kind: kind as "mailbox",
    values: Object.fromEntries(
      Object.entries(values).map(
        ([name, value]) => [name, typeof value === "string" ? [value] : value] as const,
      ),
    ),
    excerpt: kind,
    at: { item: 0, offsetBytes: 3, lengthBytes: 4, record: null },
  }));
  const items = [anItem(0, { exported: { counts: {}, ruleOwners: 0, ruleNames: [], kept, left: 0 } })];
  const map = resolveServers(items);
  const state = gatherState(items, map, knowledge);
  return assessHybrid({ items, map, server: "S1", signs: [], state, build, since: "2021-03-03" }, knowledge);
}

const CLOUD_CONNECTOR = ["send-connector", { identity: "Outbound", cloudenabled: "true" }] as const;
const CLOUD_SERVER = (applicationidentifier: string): readonly [string, Values] => [
  "auth-server",
  { type: "AzureAD", enabled: "true", issueridentifier: "https://sts.windows.net/x/", applicationidentifier },
];
const OVERRIDE = [
  "setting-override",
  { componentname: "Global", sectionname: "ExchangeOnpremAsThirdPartyAppId", parameters: "Enabled=true" },
] as const;
const DEDICATED = "1f0c2a4e-9a3b-4c1d-8e5f-0123456789ab";

describe("whether an organisation is shared with Exchange Online", () => {
  test("one setting is enough, and then it is said what the server cannot answer and what to ask for", () => {
    const hybrid = assessed([CLOUD_CONNECTOR]);
    expect(hybrid.state).toBe("yes");
    expect(hybrid.note).toContain("Exchange Online itself is not affected");
    expect(hybrid.facts).toMatchObject([{ strength: "strong", citations: [{ offset: 3, length: 4 }] }]);
    expect(hybrid.cannotAnswer[0]).toContain("Not examined: Exchange Online");
    expect(hybrid.askCloud.map(({ search }) => search).join("\n")).toMatch(
      /MailItemsAccessed[\s\S]*New-InboxRule/u,
    );
    expect(hybrid.askCloud[0]?.search).toContain(`from 2021-03-03: application ID ${APP}`);
  });

  test("sign-in between both needs the server of the tenant and the application, both switched on", () => {
    const partner = ["partner-application", { applicationidentifier: APP, enabled: "True" }] as const;
    expect(assessed([CLOUD_SERVER(""), partner]).state).toBe("yes");
    expect(assessed([partner]).state).toBe("unknown");
    expect(
      assessed([CLOUD_SERVER(""), ["partner-application", { applicationidentifier: APP, enabled: "False" }]])
        .state,
    ).toBe("unknown");
  });

  test("no is said only where the settings that would show it were read", () => {
    const domain = ["accepted-domain", { domainname: "larchmere.example" }] as const;
    const plain = ["send-connector", { identity: "Internet", smarthosts: "relay.example" }] as const;
    const partner = ["partner-application", { applicationidentifier: APP, enabled: "True" }] as const;
    expect(assessed([domain, plain]).state).toBe("unknown");
    const none = assessed([domain, plain, partner]);
    expect([none.state, none.sharedIdentity.state, none.askCloud]).toEqual(["no", "not-applicable", []]);
    expect(assessed([["accepted-domain", { domainname: "larchmere.mail.onmicrosoft.com" }]]).state).toBe(
      "yes",
    );
  });

  test("where each mailbox is: here, online, or moved on a date", () => {
    const { mailboxes } = assessed([
      ["mailbox", { primarysmtpaddress: "a@larchmere.example" }],
      [
        "remote-mailbox",
        {
          primarysmtpaddress: "b@larchmere.example",
          remoteroutingaddress: "SMTP:b@larchmere.mail.onmicrosoft.com",
        },
      ],
      [
        "move-request",
        {
          alias: "c",
          remotehostname: "mail.larchmere.example",
          direction: "Pull",
          status: "Completed",
          completiontimestamp: "2021-03-02T10:00:00Z",
        },
      ],
    ]);
    expect(mailboxes).toMatchObject({
      local: 1,
      online: 1,
      left: 0,
      spans: [
        { mailbox: "b@larchmere.example", where: "online", from: null },
        { mailbox: "c", where: "moving", to: "2021-03-02T10:00:00.000Z" },
      ],
    });
  });
});

describe("the shared identity (CVE-2025-53786)", () => {
  const state = (objects: readonly (readonly [string, Values])[], build: string | null): string =>
    assessed([CLOUD_CONNECTOR, ...objects], build).sharedIdentity.state;

  test("goes from open to closed step by step; only the tenant proves the last", () => {
    const fixed = "15.1.2507.58";
    expect(state([], "15.1.2507.6")).toBe("exposed");
    expect(state([], fixed)).toBe("patched-not-fixed");
    expect(state([CLOUD_SERVER(DEDICATED)], fixed)).toBe("patched-not-fixed");
    expect(state([CLOUD_SERVER(DEDICATED), OVERRIDE], fixed)).toBe("fixed-on-premises");
    expect(state([CLOUD_SERVER(DEDICATED), OVERRIDE, OVERRIDE], fixed)).toBe("unknown");
    const keys = (keycredentials: readonly string[]): readonly [string, Values] => [
      "service-principal",
      { appid: APP, keycredentials },
    ];
    expect(state([CLOUD_SERVER(DEDICATED), OVERRIDE, keys(["k1"])], fixed)).toBe("patched-not-fixed");
    expect(state([CLOUD_SERVER(DEDICATED), OVERRIDE, keys([])], fixed)).toBe("fixed");
    expect(state([], null)).toBe("unknown");
    expect(assessed([], fixed).sharedIdentity.state).toBe("unknown");
  });
});
