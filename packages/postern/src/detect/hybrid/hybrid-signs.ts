import type { Event } from "../../model/index.ts";
import type { EventMatcher } from "../event-matcher.ts";
import type { RuleInfo } from "../rule-info.ts";

/** Records that show an organisation shared with Exchange Online. They are facts about a server, never findings. */
export const HYBRID_SIGNS_PACK = "hybrid-signs";

interface Sign {
  readonly rule: RuleInfo;
  /** Lower case; a record that shows it holds one of them. */
  readonly literals: readonly string[];
  shows(event: Event): boolean;
}

function rule(id: string, title: string): RuleInfo {
  const nothing = { rung: null, confidence: "medium", cves: [], attack: [] } as const;
  return {
    id: `${HYBRID_SIGNS_PACK}/${id}`,
    title,
    pack: HYBRID_SIGNS_PACK,
    kind: "hybrid-sign",
    ...nothing,
  };
}

/** Recipient addresses of Exchange Online end like this; the tenant's name stands before. */
const CLOUD_DOMAIN = ".mail.onmicrosoft.com";

const SIGNS: readonly Sign[] = [
  {
    rule: rule("mailbox-moves", "Mailboxes were moved through this server (mrsproxy.svc)"),
    literals: ["mrsproxy.svc"],
    shows: ({ ecs }) =>
      /\/mrsproxy\.svc/iu.test(ecs["url.path"] ?? "") && (ecs["http.response.status_code"] ?? 200) < 400,
  },
  {
    rule: rule("free-busy", "Exchange Online asked this server for free and busy times (ASProxy)"),
    literals: ["asproxy/"],
    shows: ({ ecs }) => /^ASProxy\//iu.test(ecs["user_agent.original"] ?? ""),
  },
  {
    rule: rule(
      "federated-autodiscover",
      "Another organisation looked up mailboxes by federation (autodiscover.svc/WSSecurity)",
    ),
    literals: ["/wssecurity"],
    shows: ({ ecs }) =>
      /\/autodiscover\.svc\/wssecurity/iu.test(ecs["url.path"] ?? "") &&
      (ecs["http.response.status_code"] ?? 200) < 400,
  },
  {
    rule: rule(
      "mail-to-cloud",
      "Mail went to mailboxes in Exchange Online (recipients at mail.onmicrosoft.com)",
    ),
    literals: [CLOUD_DOMAIN.slice(1)],
    shows: ({ artifact, fields }) =>
      artifact === "message-tracking" &&
      (fields["recipient-address"] ?? "")
        .split(";")
        .some((address) => address.trim().toLowerCase().endsWith(CLOUD_DOMAIN)),
  },
  {
    rule: rule(
      "cloud-connector",
      "Mail went out by the connector that the hybrid wizard makes (Outbound to Office 365)",
    ),
    literals: ["outbound to office 365"],
    shows: ({ artifact, fields }) =>
      artifact === "message-tracking" && /outbound to office 365/iu.test(fields["connector-id"] ?? ""),
  },
  {
    rule: rule("hybrid-command", "Commands set up or used the hybrid organisation"),
    literals: ["hybridconfiguration", "remotemailbox", "new-migrationbatch", "remotehostname"],
    shows: ({ fields }) => {
      const cmdlet = fields["Cmdlet"] ?? "";
      if (/^(?:new|set|update)-hybridconfiguration$|^(?:new|enable|set)-remotemailbox$/iu.test(cmdlet))
        return true;
      return (
        /^new-(?:migrationbatch|moverequest)$/iu.test(cmdlet) && /-remote/iu.test(fields["Parameters"] ?? "")
      );
    },
  },
];

/** A Windows event that shows a sign holds one of them: the pages and cmdlets above. */
const EVENT_LITERALS: readonly string[] = [
  "mrsproxy.svc",
  "autodiscover.svc",
  "asproxy/",
  "hybridconfiguration",
  "remotemailbox",
  "new-migrationbatch",
  "new-moverequest",
];

/** Finds these records. */
export function hybridSignMatcher(): EventMatcher {
  const literals = SIGNS.flatMap((sign) => sign.literals);
  return {
    literals,
    literalsFor: () => literals,
    parseAll: new Set(),
    mayMatch: () => true,
    // Of Windows events those with a cmdlet, and those of ASP.NET with a page.
    wishFor: (channel, code) => {
      if (channel === "" || channel === "MSExchange Management") return "always";
      return /^(?:1|6|1309|1310|1316)$/u.test(code) ? EVENT_LITERALS : "never";
    },
    eventLiterals: () => EVENT_LITERALS,
    match: (event) => SIGNS.filter((sign) => sign.shows(event)).map((sign) => sign.rule),
  };
}
