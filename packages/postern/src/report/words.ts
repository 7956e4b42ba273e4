import type {
  Confidence,
  CveVerdict,
  DayState,
  Entities,
  Intruder,
  PatchState,
  Rung,
  Severity,
  TipState,
} from "../model/index.ts";

/** How a verdict is said: a symbol and a word for the badge, a headline, and what the word means. */
export interface VerdictWords {
  readonly symbol: string;
  readonly label: string;
  readonly meaning: string;
}

/** Verdicts in the words of docs/GLOSSARY.md. No symbol is a tick: no answer of ours says that all is well. */
export const VERDICT_WORDS: Readonly<Record<CveVerdict, VerdictWords>> = {
  compromised: {
    symbol: "✕",
    label: "Compromised",
    meaning:
      "Somebody got in: the server acted for a stranger, was changed, or ran something foreign. The rung says how far it went.",
  },
  "cannot-tell": {
    symbol: "?",
    label: "Cannot tell",
    meaning:
      "Evidence that would show a break-in is missing for days on which it could have happened. This is not an all-clear.",
  },
  attempted: {
    symbol: "!",
    label: "Attempted",
    meaning: "Somebody tried. The evidence that would show a success is there and shows none.",
  },
  "no-trace": {
    symbol: "○",
    label: "No trace",
    meaning:
      "Nothing was found, and all evidence that would show it is there. It speaks only for the time that the evidence covers.",
  },
  "not-applicable": {
    symbol: "–",
    label: "Not applicable",
    meaning:
      "This server was never open to this flaw, by its product, its role or its builds since it was installed.",
  },
};

/** Rungs of the ladder in plain words. */
export const RUNG_WORDS: Readonly<Record<Rung, { readonly label: string; readonly meaning: string }>> = {
  L0: {
    label: "Request seen",
    meaning: "The attack was sent. It was refused, or nothing shows that it worked.",
  },
  L1: {
    label: "It worked",
    meaning:
      "The server acted as somebody else for the sender. Access was possible; this alone leaves nothing behind.",
  },
  L2: {
    label: "Something was changed",
    meaning:
      "A setting, a rule or a file on the server was changed, for example a back-door file was placed.",
  },
  L3: {
    label: "Foreign code ran",
    meaning: "What was placed was used: a command ran or a page was compiled.",
  },
  L4: { label: "Data left", meaning: "Mail, other data or credentials were handed out." },
};

/** For findings without a rung. */
export const LEAD_WORDS: { readonly label: string; readonly meaning: string } = {
  label: "Lead",
  meaning: "Worth a look, but it proves no step of a break-in by itself.",
};

/** The words of a rung, or of a lead. */
export function rungWords(rung: Rung | null): { readonly label: string; readonly meaning: string } {
  return rung === null ? LEAD_WORDS : RUNG_WORDS[rung];
}

/** `It worked (L1)`, `Lead`. */
export function rungLabel(rung: Rung | null): string {
  return rung === null ? LEAD_WORDS.label : `${RUNG_WORDS[rung].label} (${rung})`;
}

/** How sure a finding is. */
export const CONFIDENCE_WORDS: Readonly<Record<Confidence, string>> = {
  low: "low: one weak sign",
  medium: "medium: one good sign, or two weak ones",
  high: "high: the record itself proves it",
};

/** How urgent a finding is. */
export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  info: "for information",
  low: "low",
  medium: "medium",
  high: "high",
  critical: "critical",
};

/** State of one source on one day. */
export const DAY_WORDS: Readonly<
  Record<DayState, { readonly symbol: string; readonly label: string; readonly meaning: string }>
> = {
  present: { symbol: "■", label: "present", meaning: "records as on an ordinary day" },
  thin: { symbol: "◧", label: "thin", meaning: "far fewer records than usual, or only part of the time" },
  missing: { symbol: "×", label: "missing", meaning: "no records: nothing of that time can be seen here" },
};

/** What the evidence says of a tip. */
export const TIP_WORDS: Readonly<Record<TipState, string>> = {
  confirmed: "Confirmed",
  "not-seen": "Not seen",
  "not-checkable": "Not checkable",
};

/** Patch level. */
export const PATCH_WORDS: Readonly<Record<PatchState["level"], string>> = {
  fixed: "Fixed: the newest build seen has the update",
  "not-fixed": "Not fixed: the newest build seen lacks the update",
  unknown: "Unknown: no build was seen",
};

/** Support of the product. */
export const SUPPORT_WORDS: Readonly<Record<PatchState["support"], string>> = {
  supported: "supported",
  extended: "in extended support",
  out: "out of support",
  unknown: "unknown",
};

/** One warning that stands on every report: what to do or leave, and why. */
export interface Warning {
  readonly title: string;
  readonly why: string;
}

/** Said on every report, also when nothing was found: these are the mistakes that destroy the answer. */
export const BEFORE_YOU_TOUCH: readonly Warning[] = [
  {
    title: "Copy the logs now.",
    why: "Exchange deletes its oldest logs every day, most after about 30 days. Copy Exchange's Logging folder, C:\\inetpub\\logs and the Windows event logs to another disk today.",
  },
  {
    title: "Do not restart the server or switch it off.",
    why: "What runs only in memory would be lost. To shut an intruder out, block the server from the internet at the firewall and leave it running.",
  },
  {
    title: "Do not restore from a backup.",
    why: "It overwrites the traces, and the backup may hold the same back door.",
  },
  {
    title: "Do not run an antivirus that deletes what it finds.",
    why: "Microsoft's Safety Scanner, for one, keeps no copy: the proof is gone, and the other ways in remain.",
  },
  {
    title: "Do not put or change files under a web folder.",
    why: "Anything in inetpub\\wwwroot or Exchange's FrontEnd folder can be called from outside, and your own changes hide those of the intruder. Keep copies and this report elsewhere.",
  },
];

/** What to say where no server could be read at all. */
export const NO_SERVER =
  "No evidence of an Exchange server was read, so this report cannot say anything about one. An empty result is not an all-clear.";

/** What follows from an empty list of findings. */
export const NO_FINDINGS =
  "There are no findings. What that is worth depends on what could be seen: read the coverage before you rely on it.";

/** Kinds of names that a finding holds, in the order in which they are shown. */
export const ENTITY_WORDS: readonly (readonly [keyof Entities, string])[] = [
  ["addresses", "Addresses"],
  ["users", "Accounts"],
  ["mailboxes", "Mailboxes"],
  ["files", "Files"],
  ["hashes", "SHA-256"],
  ["urls", "URLs"],
  ["userAgents", "User agents"],
  ["processes", "Processes"],
  ["cmdlets", "Cmdlets"],
  ["sessions", "Sessions"],
];

/** How an intruder worked. */
export const PACE_WORDS: Readonly<Record<Intruder["pace"], string>> = {
  script: "by script: requests within seconds of each other",
  "by-hand": "by hand: at the pace of reading and typing",
  both: "first a script, then by hand",
  unknown: "too few requests to tell",
};
