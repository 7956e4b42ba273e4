import { stateIsTrue, stateValue, stateValues } from "../../detect/index.ts";
import { cveState, parseBuild, type Knowledge } from "../../knowledge/index.ts";
import type { HybridAssessment } from "../../model/index.ts";
import type { CaseStatement } from "../state/index.ts";
import { EXCHANGE_ONLINE_APP, isCloudAuthServer } from "./settings.ts";

type SharedIdentity = HybridAssessment["sharedIdentity"];

const CVE = "CVE-2025-53786";
const GUID = /^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$/iu;
const DEDICATED_SECTION = "exchangeonpremasthirdpartyappid";

const ASK_APP =
  "Get-SettingOverride and Get-AuthServer, exported: they say whether the dedicated hybrid application is in use.";
const ASK_KEYS = `The shared service principal ${EXCHANGE_ONLINE_APP} of the tenant with its keyCredentials: nothing on premises can prove that they are empty.`;

/** How far the key of this server still speaks for Exchange Online. Build by build and setting by setting, as Microsoft's guidance has it. */
export function sharedIdentityOf(
  of: {
    readonly state: HybridAssessment["state"];
    readonly build: string | null;
    readonly statements: readonly CaseStatement[];
  },
  knowledge: Knowledge,
): SharedIdentity {
  if (of.state === "no")
    return {
      state: "not-applicable",
      why: `${CVE} concerns only organisations that are or were hybrid; the settings read here show none.`,
      missing: [],
    };
  if (of.state === "unknown")
    return {
      state: "unknown",
      why: `${CVE} concerns only organisations that are or were hybrid, and this evidence does not say.`,
      missing: [
        "Get-HybridConfiguration, Get-AuthServer, Get-PartnerApplication and Get-SendConnector, exported.",
      ],
    };
  const build = of.build === null ? null : parseBuild(of.build);
  const fix = build === null ? null : cveState(knowledge, CVE, build);
  if (fix === null || fix.state === "unknown" || fix.state === "not-affected")
    return {
      state: "unknown",
      why:
        fix === null
          ? `The build of the server is not known, so that it cannot be told whether it supports the fix of ${CVE}.`
          : fix.why,
      missing: ["The file version of ExSetup.exe, or HealthChecker.", ASK_APP],
    };
  if (fix.state === "not-fixed")
    return {
      state: "exposed",
      why: `${fix.why} Whoever rules this server could act in the tenant as Exchange Online.`,
      missing: [ASK_KEYS],
    };
  return patched(of.statements);
}

function patched(statements: readonly CaseStatement[]): SharedIdentity {
  const overrides = statements.filter(
    (one) =>
      one.kind === "setting-override" && stateValue(one, "sectionname").toLowerCase() === DEDICATED_SECTION,
  );
  const apps = statements
    .filter(isCloudAuthServer)
    .filter((one) => GUID.test(stateValue(one, "applicationidentifier")));
  const keys = keysLeft(statements);
  const [override] = overrides;
  if (overrides.length > 1)
    return {
      state: "unknown",
      why: "Several settings (Get-SettingOverride) speak about the dedicated hybrid application: which one holds is not said.",
      missing: [ASK_APP],
    };
  const isRead = statements.some((one) => one.kind === "auth-server" || one.kind === "setting-override");
  if (override === undefined || !isSwitchedOn(override) || apps.length === 0)
    return {
      state: "patched-not-fixed",
      why: isRead
        ? "The update is there, but the exported settings show no dedicated hybrid application in use: the shared identity still works."
        : "The update is there; whether the dedicated hybrid application is in use is not in this evidence, and without it the update changes nothing.",
      missing: isRead ? [ASK_KEYS] : [ASK_APP, ASK_KEYS],
    };
  if (keys === null)
    return {
      state: "fixed-on-premises",
      why: "The dedicated hybrid application is in use. Whether the old keys of the shared identity were cleared, only the tenant can say.",
      missing: [ASK_KEYS],
    };
  return keys > 0
    ? {
        state: "patched-not-fixed",
        why: `The dedicated hybrid application is in use, but the shared identity still has ${keys === 1 ? "a key" : `${String(keys)} keys`}.`,
        missing: [],
      }
    : {
        state: "fixed",
        why: "The dedicated hybrid application is in use and the shared identity has no key any more.",
        missing: [],
      };
}

/** Get-SettingOverride: Parameters holds `Enabled=true`. */
function isSwitchedOn(override: CaseStatement): boolean {
  const parameters = stateValues(override, "parameters").join(";");
  return /enabled\s{0,4}[=:]\s{0,4}true/iu.test(parameters) || stateIsTrue(override, "enabled");
}

/** Keys of the shared service principal as an export of the tenant has them; null when there is none. */
function keysLeft(statements: readonly CaseStatement[]): number | null {
  const principal = statements.find(
    (one) =>
      one.kind === "service-principal" && stateValue(one, "appid").toLowerCase() === EXCHANGE_ONLINE_APP,
  );
  return principal === undefined ? null : stateValues(principal, "keycredentials").length;
}
