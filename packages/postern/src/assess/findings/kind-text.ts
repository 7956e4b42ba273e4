import type { KindTexts, Pack } from "../../detect/index.ts";
import { GIVEN_KINDS } from "./given-kinds.ts";
import { MAIL_KINDS_TEXT } from "./mail-kinds.ts";
import { SETTING_KINDS } from "./setting-kinds.ts";
import { STATE_KINDS } from "./state-kinds.ts";

/** Texts of kinds that do not come from a pack: files and leads of the product itself. */
const OWN_KINDS: Readonly<Record<string, KindTexts>> = {
  "web-shell-file": {
    title: "A back door file lies in a web folder",
    severity: "critical",
    why: "The file lets anybody who knows its address run commands on the server.",
    doubt: "The file was judged by its content; it was not run.",
    next: "Keep a copy with its hash for the investigation before anything removes it; then look in the web server log for requests to it.",
  },
  "web-shell-answer": {
    title: "The saved answer of a back door",
    severity: "critical",
    why: "The text is what such a page answers after its script was run by the web server.",
    doubt: "Somebody may have saved it while testing.",
    next: "Find the page that gave this answer, and the requests to it in the web server log.",
  },
  "page-compiled": {
    title: "An unknown page was requested and ran",
    severity: "critical",
    why: "ASP.NET compiles a page when it is first requested. This trace stays when the page itself is deleted.",
    doubt: "A page that an administrator put there leaves the same trace.",
    next: "Look for the page, and for requests to it in the web server log; keep the compiled file.",
  },
  "known-bad-file": {
    title: "A file that is published as malicious",
    severity: "critical",
    why: "Its hash is in a published list of this campaign.",
    doubt: "A copy kept for an investigation has the same hash.",
    next: "Keep a copy; find out when it came and which process wrote it.",
  },
  "page-unknown": {
    title: "A page that no Exchange version ships",
    severity: "medium",
    why: "No page of this name belongs into this folder.",
    doubt:
      "An administrator or another product may have put it there; nothing in it was recognised as a back door.",
    next: "Ask who put it there; if nobody did, keep a copy and have it looked at.",
  },
  "page-changed": {
    title: "A page of Exchange that was changed",
    severity: "medium",
    why: "Its content is not what Microsoft shipped for this version.",
    doubt: "Sign-in pages are sometimes changed for a logo or a text.",
    next: "Compare it with the same page of another server of this version.",
  },
  "page-emptied": {
    title: "An emptied page in a web folder",
    severity: "medium",
    why: "An antivirus empties a back door in place: the empty file says that there was one.",
    doubt: "An empty file may have other reasons.",
    next: "Look in the antivirus log for this path, and in the web server log for requests to it.",
  },
  "install-changed": {
    title: "Files of Exchange were changed ({count})",
    severity: "medium",
    why: "Microsoft's list of this build knows these files with another hash, and administrators have no usual reason to change them.",
    doubt: "A fix from Microsoft support, or a copy with converted line ends, has another hash too.",
    next: "Compare each with the same file of a clean server of this build; a changed page or program that nobody can explain is replaced.",
  },
  "install-added": {
    title: "Programs and pages in the folders of Exchange that Setup did not put there ({count})",
    severity: "low",
    why: "The list of this build speaks for these folders and does not know these files; nothing in them was recognised as a back door.",
    doubt: "Add-ons of other products and language packs put files there.",
    next: "Ask who put them there; if nobody did, keep a copy and have them looked at.",
  },
  "install-other-build": {
    title: "Files of another build of Exchange ({count})",
    severity: "low",
    why: "Microsoft shipped these files, but not with this build.",
    doubt: "An update that was interrupted, or one that was taken back, leaves such files.",
    next: "Install the newest update again; it replaces them.",
  },
  "install-customised": {
    title: "Customised files of Exchange ({count})",
    severity: "info",
    why: "They differ from the list, as they do on many sound servers.",
    doubt: "Whether the change is yours, the hash cannot say.",
    next: "Have a look at them once: the pictures, colours and settings should be the ones that you chose.",
  },
  "log-cleared": {
    title: "Event logs were cleared ({count})",
    severity: "high",
    why: "A cleared log says that somebody wanted its records gone, and what stood in it can no longer be shown.",
    doubt: "Administrators and setup programs clear logs too.",
    next: "Ask who did it. Look for the records elsewhere: a collector, a backup, a shadow copy, the free space of the log.",
  },
  "logging-off": {
    title: "Logging was switched off ({count})",
    severity: "high",
    why: "What happened afterwards left no trace in this log.",
    doubt: "Administrators switch logs off to save space, and updates do it for a moment.",
    next: "Ask who did it and when it was switched on again; take the time between as not covered.",
  },
  "clock-changed": {
    title: "The clock of the server was set ({count})",
    severity: "low",
    why: "Times of records around it are off by as much.",
    doubt: "Virtual machines set their clock after a pause, and so does the first start.",
    next: "Read the order of events by their record numbers, not by their times.",
  },
  "log-records-missing": {
    title: "Records are missing inside an event log ({count})",
    severity: "medium",
    why: "A log numbers its records without gaps, so records that are not there were removed or lost.",
    doubt: "A file that was copied while it was in use, or damaged, lacks records too: see its damage.",
    next: "Compare with a collector's or a backup's copy of this log.",
  },
  "known-bad-address": {
    title: "Requests from addresses that are published as attackers' ({count})",
    severity: "medium",
    why: "The address is in a published list of this campaign, for these days.",
    doubt: "Addresses are rented and change hands; a request by itself proves no break-in.",
    next: "Look at what the address asked for and whether it was answered.",
  },
  "account-used": {
    title: "An account was used from the intruder's address",
    severity: "critical",
    why: "An address that got into the server also signed in with this account.",
    doubt: "If several people share the address, the account's owner may have been one of them.",
    next: "Ask the account's owner; change its password and end its sessions.",
  },
  "intruder-request": {
    title: "Further requests from an intruder's address ({count})",
    severity: "low",
    why: "The same address got into the server.",
    doubt: "An address may have been used by others at other times.",
    next: "Read them in order: they show what the intruder was after.",
  },
};

/** The words of a kind: from the first pack that has it, else the product's own, else its bare name. */
export function kindText(packs: readonly Pack[], kind: string): KindTexts {
  for (const pack of packs) {
    const text = pack.kinds[kind];
    if (text !== undefined) return text;
  }
  return (
    OWN_KINDS[kind] ??
    SETTING_KINDS[kind] ??
    GIVEN_KINDS[kind] ??
    STATE_KINDS[kind] ??
    MAIL_KINDS_TEXT[kind] ?? { title: kind, severity: "medium", why: "", doubt: "", next: "" }
  );
}
