import { parseEventTime } from "../../events/index.ts";

/** One exported object, as `artifacts/exchange-state` reads it. Names of members are in lower case; every value is untrusted. */
export interface StateStatement {
  readonly kind: string;
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly excerpt: string;
  readonly at: { readonly offsetBytes: number; readonly lengthBytes: number };
}

/** Whether the object has a member at all, with or without a value: exports of a few columns lack the others. */
export function has(statement: StateStatement, name: string): boolean {
  return Object.hasOwn(statement.values, name);
}

/** All values of a member. */
export function all(statement: StateStatement, name: string): readonly string[] {
  return Object.hasOwn(statement.values, name) ? (statement.values[name] ?? []) : [];
}

/** The first value of the first of these members that has one, or an empty text. */
export function first(statement: StateStatement, ...names: readonly string[]): string {
  for (const name of names) {
    const value = all(statement, name).find((one) => one.trim() !== "");
    if (value !== undefined) return value.trim();
  }
  return "";
}

/** PowerShell writes `True`, CliXML and JSON `true`, some lists 1. */
export function isTrue(statement: StateStatement, name: string): boolean {
  return /^(?:true|1|\$true)$/iu.test(first(statement, name));
}

/** As {@link isTrue}; a member that is missing is neither. */
export function isFalse(statement: StateStatement, name: string): boolean {
  return /^(?:false|0|\$false)$/iu.test(first(statement, name));
}

/**
 * Milliseconds since 1970 of a member that holds a time; null when it has none. Members whose names end in UTC are UTC; of the others
 * only those with a zone are taken, because the clock of the computer that exported them is not known.
 */
export function timeOf(statement: StateStatement, ...names: readonly string[]): number | null {
  for (const name of names) {
    const text = first(statement, name);
    const time = text === "" ? null : stateTime(text, name.endsWith("utc"));
    if (time !== null) return time;
  }
  return null;
}

/** A time as exports write it; `isUtc` says that a text without a zone is UTC. */
export function stateTime(text: string, isUtc: boolean): number | null {
  // ConvertTo-Json of Windows PowerShell: milliseconds since 1970.
  const ticks = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/u.exec(text)?.[1];
  if (ticks !== undefined) return Number(ticks);
  const time = parseEventTime(text);
  if (time === null) return null;
  return isUtc || time.note === "" ? time.timeMs : null;
}

const ADDRESS = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?/giu;

/** Mail addresses in the values of members, lower case, each once: `smtp:a@b`, `"Name" [SMTP:a@b]`, plain. */
export function addressesIn(statement: StateStatement, ...names: readonly string[]): readonly string[] {
  const found = names.flatMap((name) => all(statement, name).flatMap((value) => value.match(ADDRESS) ?? []));
  return [...new Set(found.map((address) => address.toLowerCase()))];
}

/** The last part of `DOMAIN\name`, `domain/OU/name` or an address's name, lower case: how accounts are compared. */
export function shortName(name: string): string {
  const plain = name.trim().toLowerCase();
  return (plain.split(/[\\/]/u).at(-1) ?? plain).replace(/@.*$/u, "");
}

/** Name of the mailbox that an object is about. */
export function mailboxOf(statement: StateStatement): string {
  const named = first(statement, "mailboxownerid", "mailbox", "mailboxidentity");
  if (named !== "") return named;
  const address = first(statement, "primarysmtpaddress");
  const identity = first(statement, "identity");
  if (statement.kind === "inbox-rule") return identity.replace(/\\[^\\]*$/u, "");
  if (statement.kind === "folder-permission") return identity.replace(/:.*$/u, "");
  return address === "" ? identity || first(statement, "name") : address;
}
