import { DAY, SECOND, at, iso } from "./clock.ts";
import { exportEvents, installed, openStage } from "./build.ts";
import type { Build, OpenStage } from "./build.ts";
import { writeAudit } from "./back-end-logs.ts";
import { writeChain } from "./chain.ts";
import { HTTP_PROXY_COLUMNS } from "./columns.ts";
import { writeDailyEvents } from "./daily-events.ts";
import { EX03 } from "./district.ts";
import { createLedger } from "./ledger.ts";
import { INTRUDER } from "./scenario-single.ts";
import { writeSetupLogs } from "./setup-log.ts";
import { CU23_2013 } from "./stage.ts";
import type { LogName } from "./stage.ts";
import { writeTraffic } from "./traffic.ts";
import { createTree } from "./tree.ts";

const FROM_MS = at("2021-03-01T00:00:00Z");
const UNTIL_MS = at("2021-03-06T00:00:00Z");
const TABLE = "LUSD-EX03/Auswertung/HttpProxy_Auszug.csv";

/** Columns that the spreadsheet kept, in its order. */
const KEPT_COLUMNS: readonly string[] = [
  "DateTime",
  "RequestId",
  "Protocol",
  "UrlStem",
  "AuthenticatedUser",
  "AnchorMailbox",
  "UserAgent",
  "ClientIpAddress",
  "ServerHostName",
  "HttpStatus",
  "BackEndStatus",
  "Method",
  "RoutingHint",
  "RequestBytes",
  "ResponseBytes",
];

/**
 * A German server with Exchange 2013: HttpProxy rows out of a spreadsheet, control panel and audit logs, localised events.
 * Of the HttpProxy logs themselves only those of OWA are there, in the 69 columns of 2013; their rows are in the spreadsheet too.
 */
export function writeLocalised(build: Build): void {
  const table = openGerman({ ...build, tree: createTree(), ledger: createLedger() }, ["http-proxy"]);
  const server = openGerman(build, ["ecp-server", "ecp-activity", "audit", "local-powershell"]);
  writeTraffic(table.stage, FROM_MS, UNTIL_MS, build.scale * 0.3);
  writeTraffic(server.stage, FROM_MS, UNTIL_MS, build.scale);
  writeDailyEvents(server.stage, FROM_MS, UNTIL_MS);
  frenchAccount(server);
  const scratch = createLedger();
  const startMs = at("2021-03-03T10:15:23.120Z");
  writeChain(
    { front: table.stage, back: server.stage, ledger: scratch },
    { startMs, attacker: INTRUDER, mailbox: "a.whitcombe@larchmere.example" },
  );
  for (const row of scratch.planted()) {
    const path = row.path.includes("/HttpProxy/") ? TABLE : row.path;
    build.ledger.plant(row.what, path, at(row.timeUtc), row.needle);
  }
  writeTable(build, table);
  for (const file of table.stage.tree.build()) {
    if (file.path.includes("/HttpProxy/Owa/")) build.tree.file(file.path, file.bytes, file.modifiedMs);
  }
  writeNote(build);
  writeSetupLogs(server.stage, [
    {
      startMs: at("2019-07-22T18:40:00Z"),
      build: installed(CU23_2013, "2019-07-22T18:40:00Z"),
      mode: "BuildToBuildUpgrade",
      previous: "15.0.1473.3",
    },
  ]);
  exportEvents(build, server, "winlogbeat");
}

function openGerman(build: Build, logs: readonly LogName[]): OpenStage {
  return openStage(build, {
    server: EX03,
    builds: [installed(CU23_2013, "2019-07-22T18:40:00Z")],
    logsFrom: Object.fromEntries(logs.map((log) => [log, 0])),
    others: false,
    language: "de",
  });
}

/** A change made from the French-language management station. */
function frenchAccount(server: OpenStage): void {
  const user = "AUTORITE NT\\Système (MSExchangeHMHost)";
  const object = "larchmere.example/Écoles/Élèves/Résumé hebdomadaire";
  for (let day = 0; day < 3; day++) {
    writeAudit(server.stage, {
      timeMs: FROM_MS + day * DAY + 47_000 * SECOND,
      cmdlet: "Set-DistributionGroup",
      user,
      object,
      parameters: [["Identity", object]],
      localOffsetMinutes: 60,
    });
  }
}

/** The rows as a German spreadsheet saves them: `;`, day.month.year, Windows-1252. Times stay UTC, as in the log. */
function writeTable(build: Build, table: OpenStage): void {
  const rows = table.stage.tree
    .build()
    .flatMap((file) => Buffer.from(file.bytes).toString("utf8").split("\r\n"))
    .filter((line) => /^\d{4}-/.test(line))
    .sort();
  const local = rows.map((line) => {
    const values = line.split(",");
    return KEPT_COLUMNS.map((column) => cell(column, values[HTTP_PROXY_COLUMNS.indexOf(column)] ?? "")).join(
      ";",
    );
  });
  const system = [
    germanTime(iso(FROM_MS + 5000 * SECOND)),
    "0b5f8a3c-5a86-4d0d-9a2b-d0b6d5c0f1aa",
    "Ews;/EWS/Exchange.asmx;NT-AUTORITÄT\\SYSTEM;;ExchangeInternalEwsClient-EwsStoreDataProvider",
    "127.0.0.1;LUSD-EX03;200;200;POST;WindowsIdentity;812;1422",
  ];
  const text = `${[KEPT_COLUMNS.join(";"), system.join(";"), ...local].join("\r\n")}\r\n`;
  build.tree.file(TABLE, Buffer.from(text, "latin1"), UNTIL_MS);
  build.ledger.oddity("windows-1252", TABLE);
}

function cell(column: string, value: string): string {
  if (column === "DateTime") return germanTime(value);
  return value.includes(";") ? `"${value}"` : value;
}

/** `03.03.2021 10:15:23` */
function germanTime(isoText: string): string {
  const [year, month, day] = isoText.slice(0, 10).split("-");
  return `${day ?? ""}.${month ?? ""}.${year ?? ""} ${isoText.slice(11, 19)}`;
}

function writeNote(build: Build): void {
  const path = "LUSD-EX03/Auswertung/Notiz.txt";
  const text =
    "Auszug aus den HttpProxy-Protokollen für die Prüfung.\r\nZeiten wie im Protokoll (UTC), Größe in Byte.\r\n";
  build.tree.file(path, Buffer.from(text, "latin1"), UNTIL_MS);
  build.ledger.oddity("windows-1252", path);
}
