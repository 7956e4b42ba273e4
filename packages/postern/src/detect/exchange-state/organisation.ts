import type { ExchangeStateFacts } from "../../knowledge/index.ts";
import { all, first, shortName, type StateStatement } from "./statement.ts";

/** What the exports of a case say of the organisation itself; judges ask it. */
export interface Organisation {
  /** Domains for which it takes mail, lower case, sorted; empty when no export says. */
  readonly domains: readonly string[];
  /** False for an address of an accepted domain; null when no export names the domains. */
  isOutside(address: string): boolean | null;
  isOwnTrustee(name: string): boolean;
  isEverybody(name: string): boolean;
  isAdminGroup(name: string): boolean;
  isKnownHiddenRule(name: string): boolean;
  readonly facts: ExchangeStateFacts;
  /** First and last record of the logs, ms since 1970: what was made within is worth a look. */
  readonly window: { readonly firstMs: number | null; readonly lastMs: number | null };
}

/** Gathers what all exports say of the organisation. */
export function createOrganisation(
  statements: readonly StateStatement[],
  facts: ExchangeStateFacts,
  window: Organisation["window"],
): Organisation {
  const domains = new Set(
    statements
      .filter(({ kind }) => kind === "accepted-domain")
      .flatMap((one) =>
        all(one, "domainname").concat(all(one, "domainname").length === 0 ? first(one, "name") : []),
      )
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ""),
  );
  const own = lowered(facts.ownTrustees);
  const everybody = lowered(facts.everybody);
  const admins = lowered(facts.adminGroups);
  const hidden = lowered(facts.hiddenRules);
  return {
    domains: [...domains].sort(),
    isOutside: (address) => (domains.size === 0 ? null : !isAccepted(domains, address)),
    isOwnTrustee: (name) => own.has(shortName(name)),
    isEverybody: (name) => everybody.has(shortName(name)),
    isAdminGroup: (name) => admins.has(shortName(name)),
    isKnownHiddenRule: (name) => hidden.has(name.trim().toLowerCase()),
    facts,
    window,
  };
}

function lowered(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

/** `*.school.example` takes in every domain below it, `*` every domain at all. */
function isAccepted(domains: ReadonlySet<string>, address: string): boolean {
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  if (domains.has(domain) || domains.has("*")) return true;
  const parts = domain.split(".");
  return parts.some((_, at) => domains.has(`*.${parts.slice(at).join(".")}`));
}
