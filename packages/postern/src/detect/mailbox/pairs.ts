import type { Event, IdentityName } from "../../model/index.ts";
import { isMonitoring, isServerIdentity, readName } from "./names.ts";
import { owaMailbox } from "./owa-log.ts";
import { signedInAs } from "./pop-imap.ts";

/** Two names that a record gives to one identity. */
export interface NamePair {
  readonly a: IdentityName;
  readonly b: IdentityName;
  /** What stands in the record, for the citation. */
  readonly excerpt: string;
}

type Fields = Readonly<Record<string, string>>;

/** Names that one record pairs; empty for most records. Rows of monitoring and of the server itself pair nothing that matters. */
export function namePairs(event: Event): readonly NamePair[] {
  return (READERS[event.artifact]?.(event.fields, event) ?? []).flatMap(([a, b]) => toPair(a, b));
}

type Said = readonly [
  readonly [field: string, value: string | undefined],
  readonly [field: string, value: string | undefined],
];

function toPair(a: Said[0], b: Said[1]): readonly NamePair[] {
  const [left, right] = [readName(a[1]), readName(b[1])];
  if (left === null || right === null || (left.kind === right.kind && left.value === right.value)) return [];
  if ([a[1], b[1]].some((name) => isMonitoring(name) || isServerIdentity(name))) return [];
  if (left.kind === "alias" && right.kind === "alias") return [];
  return [{ a: left, b: right, excerpt: `${a[0]}: ${a[1] ?? ""}\n${b[0]}: ${b[1] ?? ""}`.slice(0, 800) }];
}

const READERS: Readonly<Record<string, (fields: Fields, event: Event) => readonly Said[]>> = {
  "exchange-httpproxy": readHttpProxy,
  "exchange-mapihttp": (f) => [
    [
      ["MailboxId", f["MailboxId"]],
      ["ActAsUserEmail", f["ActAsUserEmail"]],
    ],
    [
      ["AuthenticatedUser", f["AuthenticatedUser"]],
      ["AuthenticatedUserEmail", f["AuthenticatedUserEmail"]],
    ],
  ],
  "exchange-cmdlet": (f) => [
    [
      ["AuthenticatedUser", f["AuthenticatedUser"]],
      ["ExecutingUserSid", f["ExecutingUserSid"]],
    ],
  ],
  "message-tracking": readTracking,
  "exchange-owa": (f) => [
    [
      ["MG", f["S:MG"]],
      ["PSA", owaMailbox(f) ?? undefined],
    ],
  ],
  "exchange-imap-pop": (f) => [
    [
      ["user", f["user"]],
      ["parameters", signedInAs(f) ?? undefined],
    ],
  ],
  "windows-event": readWindows,
  "exchange-mailbox-audit": (f) => [
    [
      ["MailboxGuid", f["MailboxGuid"]],
      ["MailboxOwnerUPN", f["MailboxOwnerUPN"]],
    ],
    [
      ["MailboxOwnerSid", f["MailboxOwnerSid"]],
      ["MailboxOwnerUPN", f["MailboxOwnerUPN"]],
    ],
    [
      ["LogonUserSid", f["LogonUserSid"]],
      ["LogonUserDisplayName", f["LogonUserDisplayName"]],
    ],
  ],
};

function readHttpProxy(f: Fields): readonly Said[] {
  const user: Said[0] = ["AuthenticatedUser", f["AuthenticatedUser"]];
  const anchor = f["AnchorMailbox"] ?? "";
  // The anchor of a `Sid~` row is the caller himself. A mailbox GUID may be a delegate's target: the table sorts that out.
  const sid = /^Sid~(S-1-[\d-]+)/iu.exec(anchor)?.[1];
  const guid = /^MailboxGuid~([0-9a-f-]{36})/iu.exec(anchor)?.[1];
  const object = f["UserADObjectGuid"];
  return [
    ...(sid === undefined ? [] : [[user, ["AnchorMailbox", sid]] as const]),
    ...(guid === undefined ? [] : [[user, ["AnchorMailbox", guid]] as const]),
    ...(object === undefined || object === "" ? [] : [[user, ["UserADObjectGuid", object]] as const]),
  ];
}

/** The mailbox store names mailbox and sender of what it submits. */
function readTracking(f: Fields): readonly Said[] {
  const guid = /Mailbox:\s*([0-9a-f-]{36})/iu.exec(f["source-context"] ?? "")?.[1];
  if (guid === undefined || !/^storedriver$/iu.test(f["source"] ?? "")) return [];
  return [
    [
      ["source-context Mailbox", guid],
      ["sender-address", f["sender-address"]],
    ],
  ];
}

function readWindows(f: Fields, event: Event): readonly Said[] {
  if (event.ecs["winlog.channel"] === "MSExchange Management")
    return [
      [
        ["Caller", f["Caller"]],
        ["CallerSid", f["CallerSid"]],
      ],
    ];
  if (event.ecs["event.code"] !== "4624") return [];
  const domain = f["TargetDomainName"] ?? "";
  return [
    [
      ["TargetUserName", `${domain}\\${f["TargetUserName"] ?? ""}`],
      ["TargetUserSid", f["TargetUserSid"]],
    ],
  ];
}
