import { longDay } from "../../core/index.ts";
import {
  MAIL_CONFIDENCES,
  type MailboxLine,
  type MailSource,
  type MailStatement,
} from "../../model/index.ts";
import type { SourceCoverage } from "../../model/index.ts";

/** Sources whose records tell of mail access. */
const MAIL_SOURCES =
  /^(?:httpproxy\/(?:Ews|Owa|Mapi|RpcHttp|Eas|Ecp|Autodiscover|PowerShell)|ews|mapihttp|owa|imap-pop|exchange-rpc-client-access|iis-front-end|iis-back-end|cmdlet|audit|ecp-server|message-tracking|mailbox-audit|exchange-admin-audit|windows-events\/MSExchange Management)$/u;

/** Which absence leaves what unseen. */
const WITHOUT: readonly (readonly [RegExp, string])[] = [
  [
    /^httpproxy\/(?:Ews|Owa|Mapi|Eas)$/u,
    "Without the front-end proxy logs (Logging\\HttpProxy) neither addresses nor sizes of mail access are known.",
  ],
  [
    /^ews$/u,
    "Without the EWS log of the back end (Logging\\Ews) a forged request does not tell whose mailbox it opened.",
  ],
  [
    /^(?:mapihttp|exchange-rpc-client-access)$/u,
    "Without the MAPI logs of the back end the mailboxes that Outlook opened are not named.",
  ],
  [
    /^(?:cmdlet|audit|windows-events\/MSExchange Management)$/u,
    "Without the event log MSExchange Management and the cmdlet logs, exports, rights and forwards that somebody set would not be seen.",
  ],
  [
    /^imap-pop$/u,
    "Without the logs of IMAP and POP (Logging\\Imap4, Logging\\Pop3), which are off by default, mail that was fetched that way would not be seen.",
  ],
  [/^message-tracking$/u, "Without message tracking, messages that were sent on would not be seen."],
];

const ALWAYS: readonly string[] = [
  "Which messages were opened in Outlook, on the web or on a phone: Exchange keeps no record of each message, unless mailbox auditing had been switched on for it.",
  "Access with the owner's own password from an address that nothing else makes suspicious.",
  "Copies of a database file, of a backup or of memory; and mail that other servers of the organisation hold or served.",
];

/** What the evidence of a server says about mail access at all. Never that no mail was read. */
export function mailStatement(
  sources: readonly SourceCoverage[],
  lines: readonly MailboxLine[],
  extra: { readonly left: number; readonly crowded: readonly string[] },
): MailStatement {
  const known = sources.filter(({ source, records }) => MAIL_SOURCES.test(source) && records > 0);
  const shown = known.map(toMailSource).sort((a, b) => (a.source < b.source ? -1 : 1));
  return {
    text: [lineText(lines), daysText(shown, lines.length > 0)].filter((text) => text !== "").join(" "),
    sources: shown,
    notVisible: [...beforeText(shown), ...withoutTexts(known), ...ALWAYS, ...extraTexts(extra)],
  };
}

function toMailSource({ source, title, first, last, days }: SourceCoverage): MailSource {
  const inside = days.filter(
    ({ day }) => first !== null && last !== null && day >= first.slice(0, 10) && day <= last,
  );
  return {
    source,
    title,
    first,
    last,
    missingDays: inside.filter(({ state }) => state === "missing").length,
  };
}

function lineText(lines: readonly MailboxLine[]): string {
  if (lines.length === 0) return "";
  const counts = MAIL_CONFIDENCES.flatMap((confidence) => {
    const count = lines.filter((line) => line.confidence === confidence).length;
    return count === 0 ? [] : [`${String(count)} ${confidence}`];
  });
  return `${lines.length === 1 ? "One line" : `${String(lines.length)} lines`} in the ledger (${counts.join(", ")}).`;
}

function daysText(sources: readonly MailSource[], hasLines: boolean): string {
  const firsts = sources.flatMap(({ first }) => first ?? []).sort();
  const lasts = sources.flatMap(({ last }) => last ?? []).sort();
  const [from, to] = [firsts[0], lasts.at(-1)];
  if (from === undefined || to === undefined)
    return "No log that records mail access is in this evidence: whose mail was read cannot be told from it.";
  const span = `${longDay(from)} to ${longDay(to)}`;
  return hasLines
    ? `The logs that record mail access cover ${span}; what they would not show is listed.`
    : `No record of reading by an intruder in these logs, which cover ${span}; the following would not be visible.`;
}

/** The oldest record of the logs that name addresses and mailboxes; event logs reach further back and know neither. */
function beforeText(sources: readonly MailSource[]): readonly string[] {
  const firsts = sources
    .filter(({ source }) => /^(?:httpproxy\/|ews$|mapihttp$)/u.test(source))
    .flatMap(({ first }) => first ?? [])
    .sort();
  const [first] = firsts;
  const holes = sources.filter(({ missingDays }) => missingDays > 0);
  return [
    ...(first === undefined
      ? []
      : [`Anything before ${longDay(first)}: the oldest record of mail access is of that day.`]),
    ...(holes.length === 0
      ? []
      : [
          `Days without records inside the span: ${holes.map(({ title, missingDays }) => `${title}, ${String(missingDays)}`).join("; ")}.`,
        ]),
  ];
}

function withoutTexts(known: readonly SourceCoverage[]): readonly string[] {
  return WITHOUT.flatMap(([source, text]) => (known.some((one) => source.test(one.source)) ? [] : [text]));
}

function extraTexts({
  left,
  crowded,
}: {
  readonly left: number;
  readonly crowded: readonly string[];
}): readonly string[] {
  return [
    ...(left === 0
      ? []
      : [
          `${String(left)} more records of mail access are counted nowhere: there were more mailboxes and addresses than this case keeps.`,
        ]),
    ...(crowded.length === 0
      ? []
      : [
          `Access from ${crowded.join(", ")}: so many accounts sign in from there that it is a gateway, and what the intruder did there cannot be told from others.`,
        ]),
  ];
}
