import { formatUtc, parseIsoTime } from "../../core/index.ts";
import { EXTENDED_PROTECTION, parseBuild, SOURCE_MARKS } from "../../knowledge/index.ts";
import type { Place } from "../../model/index.ts";
import type { CliValue } from "./cli-xml.ts";
import { walkCliXml } from "./cli-xml.ts";
import { decodeHead } from "./decoded-text.ts";
import type { BuildObservation, BuildReader, MitigationObservation } from "./observation.ts";
import { MAX_OBSERVATIONS, withinLimit } from "./observation.ts";
import { findRewriteRules } from "./rewrite-rules.ts";

// Members as github.com/microsoft/CSS-Exchange writes them (Diagnostics/HealthChecker/DataCollection,
// Get-HealthCheckerExchangeServer.ps1 and Get-ExchangeInformation.ps1), plus plain exports of Get-ExchangeServer and of
// the FileVersionInfo of ExSetup.exe.

/** Reads Export-Clixml files: HealthChecker results, Get-ExchangeServer, the version of ExSetup.exe. */
export const healthCheckerReader: BuildReader = {
  id: "exchange-health-checker",
  title: "HealthChecker or other PowerShell export",
  identify: (head, name) => {
    const text = decodeHead(head);
    if (!/^\s*<Objs\s[^>]{0,200}schemas\.microsoft\.com\/powershell\//.test(text)) return false;
    return /HealthChecker/i.test(name) || /HealthChecker|Microsoft\.Exchange\.|ExSetup\.exe/i.test(text);
  },
  parse: (bytes, { item }) => {
    const limited = withinLimit(bytes, item);
    const observations: BuildObservation[] = [];
    const mitigations: MitigationObservation[] = [];
    let server = newServer();
    const damage = walkCliXml(limited.bytes, item, {
      value: (value) => take(server, value),
      objectEnd: () => {
        if (observations.length + mitigations.length < MAX_OBSERVATIONS) {
          observations.push(...buildsOf(server));
          mitigations.push(...mitigationsOf(server));
        }
        server = newServer();
      },
    });
    return { observations, mitigations, damage: [...limited.damage, ...damage] };
  },
};

interface Stated {
  readonly text: string;
  readonly at: Place;
}

/** What one exported object says. */
interface Server {
  name: string | null;
  time: string | null;
  fileVersion: Stated | null;
  fileName: string;
  /** HealthChecker could not read ExSetup.exe and put AdminDisplayVersion in its place. */
  noFile: boolean;
  displayVersion: Stated | null;
  mitigations: (Stated & { readonly state: MitigationObservation["state"] })[];
}

function newServer(): Server {
  return {
    name: null,
    time: null,
    fileVersion: null,
    fileName: "",
    noFile: false,
    displayVersion: null,
    mitigations: [],
  };
}

function take(server: Server, value: CliValue): void {
  const { path, text, at } = value;
  const own = path.at(-1) ?? "";
  const owner = path.at(-2) ?? "";
  const ofSetup = path.length === 1 || owner === "ExchangeSetup";
  if (own === "FileVersion" && ofSetup) server.fileVersion ??= { text, at };
  else if (own === "FileName" && ofSetup) server.fileName ||= text;
  else if (own === "FailedGetExSetup") server.noFile = text === "true";
  else if (own === "AdminDisplayVersion")
    server.displayVersion ??= parseBuild(text) === null ? null : { text, at };
  else if (own === "GenerationTime") server.time ??= utcOf(text);
  else if (own === "ServerName" && path.length <= 2) server.name = text.slice(0, 256);
  else if (own === "Name" && (path.length === 1 || owner === "GetExchangeServer"))
    server.name ??= text.slice(0, 256);
  else takeMitigation(server, value);
}

function takeMitigation(server: Server, { path, type, text, at }: CliValue): void {
  if (server.mitigations.length >= MAX_OBSERVATIONS) return;
  const add = (mitigation: string, state: MitigationObservation["state"]): void => {
    if (!server.mitigations.some((known) => known.text === mitigation && known.state === state))
      server.mitigations.push({ text: mitigation, at, state });
  };
  const own = path.at(-1) ?? "";
  if (type === "S" && own === "MitigationsApplied")
    add(`Emergency Mitigation ${text.slice(0, 60)}`, "applied");
  else if (type === "S" && own === "MitigationsBlocked")
    add(`Emergency Mitigation ${text.slice(0, 60)}`, "blocked");
  else if (own === "ExtendedProtectionConfigured")
    add(EXTENDED_PROTECTION, text === "true" ? "applied" : "off");
  else if (text.includes("<rule "))
    for (const rule of findRewriteRules(text)) add(rule.mitigation, rule.enabled ? "applied" : "off");
}

/** Null without a zone: the clock of the computer that ran the script is not known. */
function utcOf(text: string): string | null {
  const time = parseIsoTime(text);
  return time?.zoned === true ? formatUtc(time.timeMs) : null;
}

function buildsOf(server: Server): readonly BuildObservation[] {
  const observations: BuildObservation[] = [];
  const add = (stated: Stated | null, source: string): void => {
    const build = parseBuild(stated?.text ?? "");
    if (stated === null || build === null) return;
    const { name, time } = server;
    observations.push({
      server: name,
      build: build.text,
      timeUtc: time,
      event: "seen",
      source,
      at: stated.at,
    });
  };
  // An exported FileVersionInfo names its file; any other file says nothing about Exchange.
  if (server.fileName === "" || /(^|\\)ExSetup\.exe$/i.test(server.fileName))
    add(
      server.fileVersion,
      server.noFile ? `HealthChecker (${SOURCE_MARKS.cuOnly})` : "file version of ExSetup.exe",
    );
  add(server.displayVersion, `AdminDisplayVersion (${SOURCE_MARKS.cuOnly})`);
  return observations;
}

function mitigationsOf(server: Server): readonly MitigationObservation[] {
  return server.mitigations.map(({ text, state, at }) => ({
    server: server.name,
    mitigation: text,
    state,
    timeUtc: server.time,
    source: "HealthChecker or PowerShell export",
    at,
  }));
}
