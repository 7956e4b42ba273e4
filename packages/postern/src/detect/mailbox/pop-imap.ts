import type { Event } from "../../model/index.ts";
import { mailRow, type MailRow } from "./mail-row.ts";
import { isMonitoring, readName } from "./names.ts";

// Columns: dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,command,parameters,context,puid. Ends carry a port. The
// service in front logs the client and the sign-in, and passes the rest on; the one behind it (IMAP4BE, POP3BE) logs each command, with
// the address of the server in front. https://learn.microsoft.com/exchange/clients/pop3-and-imap4/configure-protocol-logging ,
// forms as the parser of https://github.com/Nico77600/ExchangeLogReport expects them.

/** Commands that open, list, read or change a mailbox; the rest keeps the session going. */
const COMMANDS: ReadonlySet<string> = new Set(
  "login authenticate auth pass select examine status list uidl stat search fetch retr top append store copy move expunge dele".split(
    " ",
  ),
);
/** Commands by which somebody signs in: their parameters name the account. */
const SIGN_IN: ReadonlySet<string> = new Set(["login", "authenticate", "auth", "pass"]);
const POP_PORTS = /:(?:110|995|1110|1995|9955)$/u;
const POP_COMMANDS: ReadonlySet<string> = new Set(["pass", "uidl", "stat", "retr", "top", "dele"]);

/** Rows of the protocol logs of IMAP and POP: what the server did for a signed-in client. */
export function popImapRows(event: Event): readonly MailRow[] {
  const { fields, ecs } = event;
  const command = commandOf(fields);
  if (!COMMANDS.has(command) || !isDone(fields["context"] ?? "")) return [];
  const mailbox = signedInAs(fields) ?? (fields["user"] ?? "").trim();
  if (mailbox === "" || isMonitoring(mailbox)) return [];
  return [
    mailRow({
      kind: "accessed",
      source: "imap-pop",
      sign: "plain",
      mailbox,
      actor: mailbox,
      address: ecs["source.ip"] ?? null,
      protocol: isPop(fields["sIp"] ?? "", command) ? "POP" : "IMAP",
      verb: verbOf(command, fields["parameters"] ?? ""),
      bytes: sizeOf(fields["rpsize"]),
    }),
  ];
}

type Fields = Readonly<Record<string, string>>;

/** `uid fetch ...` is a fetch. */
function commandOf(fields: Fields): string {
  const command = (fields["command"] ?? "").trim().toLowerCase();
  if (command !== "uid") return command;
  return /^\s{0,4}([a-z]{2,12})/iu.exec(fields["parameters"] ?? "")?.[1]?.toLowerCase() ?? command;
}

/** `R=OK`, or the text of the answer in quotes: `R="a2 NO LOGIN failed."`, `R="-ERR ..."`. */
function isDone(context: string): boolean {
  return /^\s{0,4}"?R="{0,4}(?:[a-z0-9.]{1,20} )?\+?ok\b/iu.test(context);
}

/** Only an address is worth more than the column with the account. */
export function signedInAs(fields: Fields): string | null {
  if (!SIGN_IN.has((fields["command"] ?? "").trim().toLowerCase())) return null;
  const [name = ""] = (fields["parameters"] ?? "").trim().split(/\s+/u);
  return readName(name)?.kind === "address" ? name : null;
}

function isPop(serverEnd: string, command: string): boolean {
  return POP_PORTS.test(serverEnd) || POP_COMMANDS.has(command);
}

/** A fetch that asks for no text of a message only lists. */
function verbOf(command: string, parameters: string): string {
  if (command !== "fetch") return command.toUpperCase();
  return /body\[|body\.peek|rfc822(?!\.(?:size|header))|\btext\b/iu.test(parameters)
    ? "FETCH"
    : "FETCH (headers)";
}

function sizeOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,12}$/u.test(text) ? Number(text) : 0;
}
