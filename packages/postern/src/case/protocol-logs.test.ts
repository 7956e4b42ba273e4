import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Assessment } from "../model/index.ts";
import { runCase } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-protocol-"));
const INTRUDER = "203.0.113.9";

/** A log of the `#Fields` family with hundreds of ordinary lines around those that matter, as real logs have. */
function log(type: string, columns: string, lines: readonly string[]): string {
  const head = [
    "#Software: Microsoft Exchange Server",
    "#Version: 15.01.2106.002",
    `#Log-type: ${type}`,
    "#Date: 2021-03-03T00:00:01.000Z",
    `#Fields: ${columns}`,
  ];
  return `${[...head, ...lines].join("\r\n")}\r\n`;
}

const IMAP =
  "dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,command,parameters,context,puid";
const imapLine = (time: string, client: string, rest: string): string =>
  `${time},0000000000004F31,2,10.20.0.5:993,${client}:50122,${rest}`;
const ordinary = Array.from({ length: 400 }, (_, i) =>
  imapLine(
    `2021-03-03T08:${String(10 + (i % 40))}:12.410Z`,
    "10.20.4.7",
    "m.weber,4,15,306,select,INBOX,R=OK,",
  ),
);

const found: Assessment[] = [];
beforeAll(async () => {
  const put = (path: string, text: string): void => {
    const at = join(folder, "ev", path);
    mkdirSync(join(at, ".."), { recursive: true });
    writeFileSync(at, text);
  };
  const columns =
    "DateTime,RequestId,Protocol,UrlHost,UrlStem,AuthenticatedUser,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,RoutingHint,BackEndCookie";
  put(
    "Logging/HttpProxy/Ecp/HttpProxy_2021030308-1.LOG",
    log("HttpProxy Logs", columns, [
      `2021-03-03T08:15:23.100Z,0a1b2c3d-0000-4000-8000-000000000001,Ecp,mail.school.example,/ecp/y.js,,ServerInfo~a]@ex01.school.example:444/ecp/proxyLogon.ecp?#,python-requests/2.25.1,${INTRUDER},EX01,241,241,,POST,X-BEResource-Cookie,`,
    ]),
  );
  put(
    "Logging/Imap4/IMAP42021030308-1.LOG",
    log("IMAP4 Protocol Log", IMAP, [
      ...ordinary,
      imapLine(
        "2021-03-03T09:02:00.000Z",
        INTRUDER,
        "d.osei,41,31,22,login,d.osei@school.example *****,R=OK,",
      ),
      imapLine("2021-03-03T09:03:00.000Z", INTRUDER, ',41,31,22,login, *****,"R=""a2 NO LOGIN failed.""",'),
    ]),
  );
  const tracking =
    "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data";
  const message = (client: string, id: number): string =>
    `2021-03-03T09:10:00.000Z,,EX01,,EX01,"MDB:1, Mailbox:2",,STOREDRIVER,SUBMIT,${String(id)},<m${String(id)}@school.example>,n${String(id)},x@z.example,,2000,1,,,Hello,d.osei@school.example,d.osei@school.example,,Originating,,${client},,`;
  put(
    "TransportRoles/Logs/MessageTracking/MSGTRKMS2021030309-1.LOG",
    log("Message Tracking Log", tracking, [
      ...Array.from({ length: 300 }, (_, i) => message("10.20.4.7", i)),
      message(INTRUDER, 900),
    ]),
  );
  found.push(await runCase({ evidence: [join(folder, "ev")] }));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("mail fetched over IMAP and mail submitted from the intruder's address are found among ordinary lines", () => {
  const told = (found[0]?.mailboxes ?? []).map(
    ({ mailbox, protocol, kind, confidence, requests, addresses }) => ({
      ...{ mailbox, protocol, kind, confidence, requests, addresses },
    }),
  );
  expect(told).toContainEqual({
    mailbox: "d.osei@school.example",
    protocol: "IMAP",
    kind: "opened",
    confidence: "likely",
    requests: 1,
    addresses: [INTRUDER],
  });
  expect(told.filter(({ kind }) => kind === "sent")).toMatchObject([
    { mailbox: "d.osei@school.example", requests: 1, addresses: [INTRUDER] },
  ]);
});

it("the statement about mail names the log of IMAP, and does not say any more that it is missing", () => {
  const server = found[0]?.servers[0];
  expect(server?.mailAccess.sources.map(({ source }) => source)).toContain("imap-pop");
  expect(server?.mailAccess.notVisible.join(" ")).not.toContain("IMAP and POP");
});
