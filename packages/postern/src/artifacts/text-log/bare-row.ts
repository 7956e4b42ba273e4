import { findAddress } from "../../core/index.ts";
import type { ArtifactId } from "../../model/index.ts";
import * as columns from "./columns.ts";
import { splitCsv } from "./csv-line.ts";
import type { BareRow } from "./row.ts";
import { readAccessLogRow } from "./bare-access-log.ts";
import { alignBareW3c } from "./bare-w3c.ts";

const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/u;
const GUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;
const INTEGER = /^\d{1,9}$/u;
const PROTOCOLS =
  /^(autodiscover|eas|ecp|ews|mapi|oab|owa|owacalendar|powershell|pushnotifications|rest|rpchttp)$/iu;
const TRACKING_EVENT = /^[A-Z]{4,24}$/u;

/**
 * Reads a row of an IIS or Exchange log that has no header, wherever in the line it starts (rows are often pasted behind
 * a prefix). A row is recognised by values only it can have; columns are named as far as the known lists allow.
 */
export function readBareRow(line: string): BareRow | null {
  const start = TIME.exec(line)?.index;
  if (start === undefined) return readAccessLogRow(line);
  const text = line.slice(start).trimEnd();
  const row = text.charAt(10) === " " ? alignBareW3c(text) : readBareCsv(text);
  if (row === null) return readAccessLogRow(line);
  const before = line.slice(0, start).trim();
  return before === "" || before === '"' ? row : { ...row, repairs: [...row.repairs, "text before the row"] };
}

function readBareCsv(text: string): BareRow | null {
  const { values, unclosedQuote } = splitCsv(text, ",");
  const found = RECOGNISERS.map((recognise) => recognise(values)).find((result) => result !== null);
  if (found === undefined) return null;
  const names = found.names.slice(0, Math.max(values.length, 1));
  return {
    artifact: found.artifact,
    names,
    values: values.slice(0, names.length),
    surplus: values.slice(names.length),
    repairs: ["no header", ...(unclosedQuote ? ["unclosed quote"] : [])],
  };
}

interface Recognised {
  readonly artifact: ArtifactId;
  readonly names: readonly string[];
}

type Recogniser = (values: readonly string[]) => Recognised | null;

/** Time, GUID and four build numbers open the rows of HttpProxy, EWS and Autodiscover. */
function hasRequestHead(values: readonly string[]): boolean {
  return GUID.test(values[1] ?? "") && [2, 3, 4, 5].every((index) => INTEGER.test(values[index] ?? ""));
}

const httpProxy: Recogniser = (values) => {
  if (!hasRequestHead(values) || !PROTOCOLS.test(values[7] ?? "")) return null;
  const early = (values[8] ?? "").startsWith("/");
  return {
    artifact: "exchange-httpproxy",
    names: early ? columns.HTTPPROXY_COLUMNS_2013_EARLY : columns.HTTPPROXY_COLUMNS,
  };
};

const ews: Recogniser = (values) => {
  if (!hasRequestHead(values) || values.length < 60) return null;
  const isBool = (index: number): boolean => /^(true|false)$/iu.test(values[index] ?? "");
  if (isBool(9)) return { artifact: "exchange-ews", names: columns.EWS_COLUMNS };
  if (isBool(8))
    return { artifact: "exchange-ews", names: columns.EWS_COLUMNS.filter((name) => name !== "Ring") };
  return null;
};

const ecp: Recogniser = (values) => {
  if (values[2] === "ECP.Request") return { artifact: "exchange-ecp-server", names: columns.ECP_COLUMNS };
  if ((values[2] === "Request" || values[2] === "GlobalActivity") && /(^|;)S:/u.test(values[3] ?? ""))
    return { artifact: "exchange-ecp-activity", names: columns.ECP_COLUMNS };
  return null;
};

const cmdlet: Recogniser = (values) =>
  TIME.test(values[1] ?? "") && GUID.test(values[2] ?? "") && /^[A-Za-z]+-[A-Za-z]+$/u.test(values[20] ?? "")
    ? { artifact: "exchange-cmdlet", names: columns.CMDLET_COLUMNS }
    : null;

const rpsHttp: Recogniser = (values) =>
  TIME.test(values[1] ?? "") && GUID.test(values[2] ?? "") && (values[9] ?? "").startsWith("/")
    ? { artifact: "exchange-rps-http", names: columns.RPS_HTTP_COLUMNS }
    : null;

const tracking: Recogniser = (values) =>
  values.length >= 27 && TRACKING_EVENT.test(values[8] ?? "") && /^[A-Z]+$/u.test(values[7] ?? "")
    ? { artifact: "message-tracking", names: columns.TRACKING_COLUMNS }
    : null;

const audit: Recogniser = (values) =>
  values[3] === "ExchangeAdmin" && (values[4] ?? "").startsWith("{")
    ? { artifact: "exchange-audit", names: columns.AUDIT_COLUMNS }
    : null;

const oabGenerator: Recogniser = (values) =>
  values.some((value) => value.startsWith("Download failed and temporary file"))
    ? {
        artifact: "exchange-oab-generator",
        names:
          values.length >= columns.OAB_GENERATOR_COLUMNS.length
            ? columns.OAB_GENERATOR_COLUMNS
            : ["timestamp", ...values.slice(2).map((_, index) => `column${String(index + 2)}`), "message"],
      }
    : null;

const smtp: Recogniser = (values) =>
  INTEGER.test(values[3] ?? "") && findAddress(values[4] ?? "") !== null && /^[<>+*-]$/u.test(values[6] ?? "")
    ? { artifact: "smtp-protocol", names: columns.SMTP_COLUMNS }
    : null;

const RECOGNISERS: readonly Recogniser[] = [
  httpProxy,
  ecp,
  cmdlet,
  rpsHttp,
  audit,
  oabGenerator,
  tracking,
  smtp,
  ews,
];
