import type { Random } from "./random.ts";

/**
 * The people, servers and addresses of an invented school district. Outside addresses come only from the ranges that
 * RFC 5737 reserves for documentation, names only from `.example` (RFC 2606).
 */
export interface Person {
  readonly account: string;
  readonly mail: string;
  readonly sid: string;
  readonly mailboxGuid: string;
  readonly homeAddress: string;
  readonly officeAddress: string;
  readonly deviceId: string;
  readonly phone: Phone;
  readonly browser: string;
  readonly outlook: string;
}

/** What a phone calls itself in ActiveSync. */
export interface Phone {
  readonly type: string;
  readonly agent: string;
}

/** A mail server of the district. */
export interface Server {
  readonly name: string;
  readonly fqdn: string;
  readonly address: string;
  readonly linkLocal: string;
}

/** Mail domain. */
export const MAIL_DOMAIN = "larchmere.example";
/** NetBIOS name of the Active Directory domain. */
export const AD_DOMAIN = "LARCHMERE";
/** Name under which the web mail is reached. */
export const MAIL_HOST = "mail.larchmere.example";
/** Domain part of every account SID. */
export const DOMAIN_SID = "S-1-5-21-1417001333-2052111302-839522115";
/** SID of the built-in domain administrator. */
export const ADMINISTRATOR_SID: string = `${DOMAIN_SID}-500`;
/** Domain controller. */
export const DOMAIN_CONTROLLER = "LUSD-DC01.larchmere.example";
/** Mailbox database. */
export const DATABASE_GUID = "5d0b6f2e-8a31-4f0c-9b7d-2e6c1a9f4410";
/** Offline address book. */
export const OAB_GUID = "c1f7a1de-53b2-4e0a-8f0e-94a2b0d3e716";
/** Load balancer in front of both servers (only in the scenario with two). */
export const BALANCER_ADDRESS = "10.20.0.5";
/** Administrator's workstation. */
export const ADMIN_ADDRESS = "10.20.4.17";
/** Monitoring mailbox of Managed Availability. */
export const HEALTH_MAILBOX = "HealthMailbox3f1c9d0b27e84a6c";

/** Ready-made servers. */
export const EX01: Server = server("LUSD-EX01", "10.20.1.11", "fe80::5d1a:7c20:91ee:4a11%5");
/** Second server. */
export const EX02: Server = server("LUSD-EX02", "10.20.1.12", "fe80::8c44:10b9:2f03:7be2%4");
/** Server with a German Windows. */
export const EX03: Server = server("LUSD-EX03", "10.20.1.13", "fe80::31d7:aa02:6ef1:09c3%7");

function server(name: string, address: string, linkLocal: string): Server {
  return { name, fqdn: `${name.toLowerCase()}.${MAIL_DOMAIN}`, address, linkLocal };
}

const ACCOUNTS: readonly string[] = (
  "a.whitcombe b.okafor c.lindqvist d.marchetti e.thornbury f.delacroix g.nakamura h.abernathy i.kowalski j.ferreira " +
  "k.osullivan l.haddad m.voss n.castellano o.brightwater p.ramanathan q.ellison r.dubois s.tanaka t.mcallister " +
  "u.greenfield v.petrov w.ashdown x.moreau y.benali z.hartwell a.pemberton b.solano c.wexford d.amari e.kingsley " +
  "f.novak g.rutherford h.silva j.blackwood k.lemaire l.farrow m.ibarra n.westcott o.dragan"
).split(" ");

const BROWSERS: readonly string[] = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.182 Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.190 Safari/537.36 Edg/88.0.705.81",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0.3 Safari/605.1.15",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:86.0) Gecko/20100101 Firefox/86.0",
  "Mozilla/5.0 (X11; CrOS x86_64 13597.94.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.186 Safari/537.36",
];

const OUTLOOKS: readonly string[] = [
  "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.5122; Pro)",
  "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13628; Pro)",
  "Microsoft Office/15.0 (Windows NT 6.1; Microsoft Outlook 15.0.5293; Pro)",
];

const PHONES: readonly Phone[] = [
  { type: "iPhone", agent: "Apple-iPhone12C1/1804.52" },
  { type: "iPad", agent: "Apple-iPad7C11/1804.52" },
  { type: "SAMSUNGSMA515F", agent: "SAMSUNG-SM-A515F/101.11000" },
  { type: "Outlook", agent: "Outlook-iOS-Android/1.0" },
];

/** Everybody with a mailbox, in a fixed order; devices and addresses come from `random`. */
export function createPeople(random: Random): readonly Person[] {
  return ACCOUNTS.map((account, index) => ({
    account: `${AD_DOMAIN}\\${account}`,
    mail: `${account}@${MAIL_DOMAIN}`,
    sid: `${DOMAIN_SID}-${1140 + index * 3}`,
    mailboxGuid: random.guid(),
    homeAddress: `${index % 2 === 0 ? "192.0.2" : "198.51.100"}.${20 + index}`,
    officeAddress: `10.20.${random.between(8, 15)}.${random.between(20, 240)}`,
    deviceId: random.text("0123456789ABCDEF", 32),
    phone: random.pick(PHONES),
    browser: random.pick(BROWSERS),
    outlook: random.pick(OUTLOOKS),
  }));
}
