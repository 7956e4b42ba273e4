import { stateIsTrue, stateValue, stateValues } from "../../detect/index.ts";
import type { HybridFact } from "../../model/index.ts";
import type { CaseStatement } from "../state/index.ts";
import { citeStatement } from "./cite.ts";

/** Id of Exchange Online among the applications that an organisation trusts. */
export const EXCHANGE_ONLINE_APP = "00000002-0000-0ff1-ce00-000000000000";
const CLOUD_DOMAIN = /\.mail\.onmicrosoft\.(?:com|de|us|cn)$/iu;
const CLOUD_HOST =
  /\.mail\.protection\.(?:outlook\.com|partner\.outlook\.cn|outlook\.de)|\.mail\.protection\.office365\.us/iu;

/** What the exported settings say for a hybrid organisation. Conditions: HealthChecker of github.com/microsoft/CSS-Exchange. */
export function factsOfSettings(statements: readonly CaseStatement[]): readonly HybridFact[] {
  return [...statements.flatMap(factOf), ...oauth(statements), ...remoteMailboxes(statements)];
}

function factOf(statement: CaseStatement): readonly HybridFact[] {
  const text = textOf(statement);
  return text === null ? [] : [strong(text, [statement])];
}

function strong(text: string, of: readonly CaseStatement[]): HybridFact {
  return {
    text,
    strength: "strong",
    firstSeen: null,
    lastSeen: null,
    citations: of.slice(0, 3).map(citeStatement),
  };
}

function textOf(statement: CaseStatement): string | null {
  const value = (...names: readonly string[]): string => stateValue(statement, ...names);
  switch (statement.kind) {
    case "hybrid-configuration": {
      const domains = stateValues(statement, "domains").join(", ");
      return `The hybrid wizard was run: Get-HybridConfiguration names${domains === "" ? "" : ` the domains ${domains} and`} the certificate "${value("tlscertificatename")}".`;
    }
    case "send-connector":
      return stateIsTrue(statement, "cloudenabled") ||
        CLOUD_HOST.test(stateValues(statement, "smarthosts").join(" "))
        ? `The send connector "${value("identity", "name")}" carries mail to Exchange Online.`
        : null;
    case "accepted-domain":
      return CLOUD_DOMAIN.test(value("domainname", "name"))
        ? `"${value("domainname", "name")}", a tenant's routing domain, is an accepted domain.`
        : null;
    case "remote-domain":
      return CLOUD_DOMAIN.test(value("domainname")) && stateIsTrue(statement, "targetdeliverydomain")
        ? `"${value("domainname")}" is the target of mail for moved mailboxes (Get-RemoteDomain).`
        : null;
    case "organization-relationship":
      return /onmicrosoft\.com|outlook\.(?:com|office365\.com)/iu.test(
        [
          ...stateValues(statement, "domainnames"),
          value("targetapplicationuri"),
          value("targetautodiscoverepr"),
        ].join(" "),
      )
        ? `There is a relationship with Exchange Online: "${value("identity", "name")}".`
        : null;
    case "intra-organization-connector":
      return `A connector joins the organisation with Exchange Online: "${value("identity", "name")}".`;
    case "migration-endpoint":
      return /remotemove/iu.test(value("endpointtype"))
        ? `Mailboxes are moved between here and ${value("remoteserver")}.`
        : null;
    default:
      return null;
  }
}

/** OAuth with the tenant: an enabled authorisation server of its kind and the enabled partner application of Exchange Online. */
function oauth(statements: readonly CaseStatement[]): readonly HybridFact[] {
  const servers = statements.filter(isCloudAuthServer);
  const partner = statements.find(
    (one) =>
      one.kind === "partner-application" &&
      stateValue(one, "applicationidentifier").toLowerCase() === EXCHANGE_ONLINE_APP,
  );
  const [server] = servers;
  if (server === undefined || partner === undefined || !isOn(partner)) return [];
  return [
    strong("Sign-in between this organisation and Microsoft 365 (OAuth) is set up.", [server, partner]),
  ];
}

/** An authorisation server of Microsoft 365 that is switched on. JSON has a number for its type: then name and issuer tell. */
export function isCloudAuthServer(statement: CaseStatement): boolean {
  if (statement.kind !== "auth-server" || !isOn(statement)) return false;
  const text = `${stateValue(statement, "issueridentifier")} ${stateValue(statement, "name", "identity")}`;
  return (
    /azuread|microsoftacs/iu.test(stateValue(statement, "type")) ||
    /windows\.net|accesscontrol|EvoSTS|ACS - /iu.test(text)
  );
}

function isOn(statement: CaseStatement): boolean {
  return stateIsTrue(statement, "enabled") || stateValue(statement, "enabled") === "";
}

function remoteMailboxes(statements: readonly CaseStatement[]): readonly HybridFact[] {
  const remote = statements.filter((one) => one.kind === "remote-mailbox");
  if (remote.length === 0) return [];
  const count = remote.length === 1 ? "1 mailbox lives" : `${String(remote.length)} mailboxes live`;
  return [strong(`${count} in Exchange Online (Get-RemoteMailbox).`, remote)];
}
