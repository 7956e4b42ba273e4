import { addressKind } from "../core/index.ts";
import type { Assessment } from "../model/index.ts";

/** Tells what an assessment says of those who were broken into, and takes it out. */
export interface VictimData {
  /** True when the text names the victim: a server, an account, a mailbox, a domain, an inner address. */
  isIn(text: string): boolean;
  /** The text with a word in brackets for each such name. */
  remove(text: string): string;
}

/** Accounts of Windows and words that stand for one: they name nobody. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  ...["system", "administrator", "admin", "guest", "anonymous", "nt authority", "local service", "user"],
  ...["network service", "iis apppool", "autoritate nt", "users", "domain", "exchange", "server unknown"],
  ...[
    "localhost",
    "unknown",
    "default",
    "public",
    "mail",
    "owa",
    "www",
    "com",
    "net",
    "org",
    "local",
    "corp",
  ],
  ...[
    "autodiscover",
    "microsoft",
    "windows",
    "nt-autorität",
    "healthmailbox",
    "server",
    "workgroup",
    "example",
  ],
]);

/** Shorter words would also be found inside ordinary text. */
const MIN_LENGTH = 3;

const ADDRESS = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/gu;
const MAIL_ADDRESS = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
const USER_FOLDER = /(?<=\\users\\)(?!public\\)[^\\"'<>|:*?\r\n]+/giu;

/** Collects the names of servers, accounts, mailboxes and domains of a case. */
export function findVictimData(assessment: Assessment): VictimData {
  const words = new Map<string, string>();
  const own = new Set(assessment.servers.flatMap((server) => server.addresses));
  const add = (word: string, label: string): void => {
    const lower = word.toLowerCase().trim();
    if (lower.length >= MIN_LENGTH && !EVERYWHERE.has(lower) && !words.has(lower)) words.set(lower, label);
  };
  for (const server of assessment.servers) addHost(server.name, add);
  for (const entry of assessment.evidence) if (entry.server !== null) addHost(entry.server, add);
  for (const { entities } of assessment.findings) {
    for (const user of entities.users ?? []) addAccount(user, add);
    for (const mailbox of entities.mailboxes ?? []) addAccount(mailbox, add);
    for (const url of entities.urls ?? []) for (const host of hostsIn(url)) addHost(host, add);
  }
  for (const line of assessment.mailboxes) {
    addAccount(line.mailbox, add);
    addAccount(line.actedAs, add);
  }
  const pattern = wordPattern([...words.keys()]);
  const remove = (text: string): string =>
    text
      .replace(MAIL_ADDRESS, "[mailbox]")
      .replace(USER_FOLDER, "[account]")
      .replace(ADDRESS, (address) => (own.has(address) || isInner(address) ? "[inner address]" : address))
      .replace(pattern, (word) => words.get(word.toLowerCase()) ?? "[name]");
  return { remove, isIn: (text) => remove(text) !== text };
}

function isInner(address: string): boolean {
  return addressKind(address) === "private";
}

type Add = (word: string, label: string) => void;

/** `lusd-ex01.larchmere.example`: the host, the domain, and the domain's own name. */
function addHost(name: string, add: Add): void {
  if (/^[\d.:a-f]+$/iu.test(name) && /[.:]/u.test(name)) return;
  const [host = "", ...labels] = name.replace(/\$$/u, "").split(".");
  add(host, "[server]");
  if (labels.length === 0) return;
  add(name, "[server]");
  addDomain(labels.join("."), add);
}

function addDomain(domain: string, add: Add): void {
  add(domain, "[domain]");
  const labels = domain.split(".");
  const own = labels.at(-2) ?? "";
  if (own.length > MIN_LENGTH) add(own, "[domain]");
}

/** `DOMAIN\name`, `name@domain`, a path of Active Directory or a bare name. */
function addAccount(text: string, add: Add): void {
  const account = text.trim();
  const [, domain = "", name = ""] = /^([^\\]+)\\(.+)$/u.exec(account) ?? [];
  if (domain !== "") {
    if (domain.toLowerCase() !== "nt authority") add(domain, "[domain]");
    add(name.replace(/\$$/u, ""), name.endsWith("$") ? "[server]" : "[account]");
  }
  const [, local = "", host = ""] = /^([^@\s]+)@([^@\s]+)$/u.exec(account) ?? [];
  if (host !== "") {
    add(account, "[mailbox]");
    add(local, "[account]");
    addDomain(host, add);
  }
  const path = account.split("/");
  if (path.length > 1 && (path[0] ?? "").includes(".")) {
    addDomain(path[0] ?? "", add);
    add(path.at(-1) ?? "", "[account]");
  }
  if (domain === "" && host === "" && path.length === 1) add(account, "[account]");
}

function hostsIn(url: string): readonly string[] {
  const forged = /@([\p{L}\p{N}.-]+):\d/u.exec(url)?.[1];
  const named = /^https?:\/\/([\p{L}\p{N}.-]+)/iu.exec(url)?.[1];
  return [forged, named].filter((host) => host !== undefined);
}

function wordPattern(words: readonly string[]): RegExp {
  const escaped = [...words]
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join("|") || "(?!)"})(?![\\p{L}\\p{N}])`, "giu");
}
