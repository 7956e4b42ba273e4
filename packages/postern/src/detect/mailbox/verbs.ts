import { MAIL_KINDS, type MailKind } from "../../model/index.ts";

/** What an operation of Exchange Web Services, Outlook on the web, ActiveSync, MAPI, IMAP or POP does to a mailbox; lower case. */
const KIND_OF_VERB: Readonly<Record<string, MailKind>> = {
  exportitems: "exported",
  getitem: "read",
  messagebind: "read",
  folderbind: "listed",
  mailboxlogin: "opened",
  sendas: "sent",
  sendonbehalf: "sent",
  getattachment: "read",
  getfileattachment: "read",
  getconversationitems: "read",
  getconversationitemsdiagnostics: "read",
  itemoperations: "read",
  getattachmentthumbnail: "read",
  syncfolderitems: "synced",
  sync: "synced",
  searchmailboxes: "searched",
  getsearchablemailboxes: "searched",
  search: "searched",
  executesearch: "searched",
  finditem: "listed",
  findconversation: "listed",
  findfolder: "listed",
  getfolder: "listed",
  syncfolderhierarchy: "listed",
  foldersync: "listed",
  getitemestimate: "listed",
  execute: "opened",
  connect: "opened",
  logon: "opened",
  createitem: "changed",
  updateitem: "changed",
  deleteitem: "changed",
  moveitem: "changed",
  senditem: "sent",
  sendmail: "sent",
  smartforward: "sent",
  smartreply: "sent",
  login: "opened",
  authenticate: "opened",
  auth: "opened",
  pass: "opened",
  signin: "opened",
  fetch: "read",
  retr: "read",
  top: "read",
  "fetch (headers)": "listed",
  select: "listed",
  examine: "listed",
  status: "listed",
  list: "listed",
  uidl: "listed",
  stat: "listed",
  append: "changed",
  store: "changed",
  copy: "changed",
  move: "changed",
  expunge: "changed",
  dele: "changed",
  updateinboxrules: "rule-set",
  newinboxrule: "rule-set",
  adddelegate: "right-granted",
};

/** The kind of an operation; `accessed` for those that only show that the mailbox was asked for. */
export function kindOfVerb(verb: string): MailKind {
  return KIND_OF_VERB[verb.toLowerCase().replace(/^.*:/u, "")] ?? "accessed";
}

/** True for an operation whose meaning for a mailbox is known. */
export function isMailVerb(verb: string): boolean {
  return Object.hasOwn(KIND_OF_VERB, verb.toLowerCase());
}

/** The gravest of several kinds. */
export function gravest(kinds: readonly MailKind[]): MailKind {
  return MAIL_KINDS.find((kind) => kinds.includes(kind)) ?? "accessed";
}
