import { HOUR, MINUTE, SECOND, at } from "./clock.ts";
import { exportEvents } from "./build.ts";
import type { Build } from "./build.ts";
import { MAIL_DOMAIN } from "./district.ts";
import {
  ADMINISTRATOR,
  callerOf,
  discoverySearch,
  impersonatedCall,
  mailCommand,
  owaStep,
  type MailScene,
} from "./mail-acts.ts";
import { MAY, openFresh, personOf } from "./mail-stage.ts";

/** Everything that looks alike and is nobody's theft: delegates, a backup, a migration, a search for a court, an export for a leaver. */
export function writeCleanDelegates(build: Build): void {
  const open = openFresh(build, MAY);
  const { stage } = open;
  const scene: MailScene = { stage, ledger: build.ledger };
  writeDelegate(scene);
  writeProducts(scene);
  writeOfficialSearch(scene);
  writeOwnForward(scene);
  exportEvents(build, open, "get-winevent");
}

/** An assistant opens her principal's mailbox in Outlook on the web. */
function writeDelegate(scene: MailScene): void {
  const [assistant, principal] = [personOf(scene.stage, "m.voss"), personOf(scene.stage, "q.ellison")];
  mailCommand(scene, {
    timeMs: at("2021-05-11T14:02:10.310Z"),
    caller: ADMINISTRATOR,
    cmdlet: "Add-MailboxPermission",
    parameters: [
      ["Identity", principal.mail],
      ["User", assistant.account],
      ["AccessRights", "FullAccess"],
      ["InheritanceType", "All"],
    ],
  });
  for (let day = 11; day < 19; day++)
    owaStep(scene, {
      timeMs: at(`2021-05-${day}T15:20:31.500Z`),
      person: assistant,
      address: assistant.officeAddress,
      agent: assistant.browser,
      stem: `/owa/${principal.mail}/service.svc`,
      query: "action=GetItem&EP=1&ID=-4&AC=1",
      bytes: 48_000,
    });
}

/** A backup product and a migration read whole mailboxes with the right to impersonate. */
function writeProducts(scene: MailScene): void {
  const { stage } = scene;
  mailCommand(scene, {
    timeMs: at("2021-05-10T13:11:54.120Z"),
    caller: ADMINISTRATOR,
    cmdlet: "New-ManagementRoleAssignment",
    parameters: [
      ["Name", "Mail backup"],
      ["Role", "ApplicationImpersonation"],
      ["User", "svc-mailbackup"],
    ],
  });
  const products = [
    {
      account: "LARCHMERE\\svc-mailbackup",
      address: "10.20.3.40",
      agent: "BackupSuite/11.2 (ExchangeServicesClient/15.00.0913.015)",
      operation: "ExportItems",
      hour: 23,
    },
    {
      account: "LARCHMERE\\svc-migrate",
      address: "192.0.2.200",
      agent: "python-requests/2.25.1",
      operation: "GetItem",
      hour: 20,
    },
  ] as const;
  stage.people.slice(0, 12).forEach((owner, index) => {
    for (const { hour, ...product } of products)
      impersonatedCall(scene, {
        ...product,
        accountSid: "S-1-5-21-1417001333-2052111302-839522115-1903",
        owner,
        timeMs: at("2021-05-13T00:00:00.700Z") + hour * HOUR + index * MINUTE,
        bytes: 1_400_000 + index,
      });
  });
}

/** A search for a court, and an export for somebody who left. */
function writeOfficialSearch(scene: MailScene): void {
  const { stage } = scene;
  const startMs = at("2021-05-14T09:30:12.640Z");
  mailCommand(scene, {
    timeMs: startMs,
    caller: ADMINISTRATOR,
    cmdlet: "New-MailboxSearch",
    parameters: [
      ["Name", "Case 2021-17"],
      ["SourceMailboxes", "b.okafor,d.marchetti"],
      ["SearchQuery", "contract"],
      ["TargetMailbox", "DiscoverySearchMailbox"],
    ],
  });
  ["b.okafor", "d.marchetti"].forEach((name, index) => {
    discoverySearch(scene, startMs + (index + 1) * 20 * SECOND, personOf(stage, name));
  });
  const leaver = `${MAIL_DOMAIN}/Staff/w.ashdown`;
  mailCommand(scene, {
    timeMs: startMs + 3 * HOUR,
    caller: ADMINISTRATOR,
    cmdlet: "New-MailboxExportRequest",
    parameters: [
      ["Mailbox", leaver],
      ["FilePath", "\\\\LUSD-FS01\\leavers\\w.ashdown.pst"],
    ],
  });
  mailCommand(scene, {
    timeMs: startMs + 9 * HOUR,
    caller: ADMINISTRATOR,
    cmdlet: "Remove-MailboxExportRequest",
    parameters: [
      ["Identity", `${leaver}\\MailboxExport`],
      ["Confirm", "False"],
    ],
  });
}

/** Somebody sorts mail, and another sends a copy home: both of their own doing, from the office. */
function writeOwnForward(scene: MailScene): void {
  const person = personOf(scene.stage, "h.silva");
  const timeMs = at("2021-05-12T12:44:03.900Z");
  const rule = "/ecp/RulesEditor/InboxRules.svc/NewObject";
  owaStep(scene, {
    timeMs,
    person,
    address: person.officeAddress,
    agent: person.browser,
    stem: rule,
    query: "ActID=2",
    bytes: 1_700,
  });
  mailCommand(scene, {
    timeMs: timeMs - 120,
    caller: callerOf(person),
    cmdlet: "New-InboxRule",
    parameters: [
      ["Name", "Newsletters"],
      ["FromAddressContainsWords", "news@"],
      ["MoveToFolder", "h.silva:\\Archive"],
    ],
    page: rule,
  });
  mailCommand(scene, {
    timeMs: timeMs + 2 * HOUR,
    caller: callerOf(person),
    cmdlet: "New-InboxRule",
    parameters: [
      ["Name", "Rota home"],
      ["SubjectContainsWords", "rota"],
      ["ForwardTo", "h.silva.home@family-mail.example"],
    ],
    page: rule,
  });
}
