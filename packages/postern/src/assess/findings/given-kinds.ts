import type { KindTexts } from "../../detect/index.ts";

/** Texts of kinds that indicators make which somebody gave for the run. They are leads: a list is not checked by us. */
export const GIVEN_KINDS: Readonly<Record<string, KindTexts>> = {
  "given-address": {
    title: "Requests from addresses of your list or tip ({count})",
    severity: "medium",
    why: "Addresses of a list or tip that you gave asked this server for something.",
    doubt:
      "Addresses change hands, and many people can share one. A request alone does not say that it worked.",
    next: "Read what they asked for and how the server answered; what worked has a finding of its own.",
  },
  "given-contact": {
    title: "Addresses or domains of your list stand in records ({count})",
    severity: "high",
    why: "A command, a script, a connection or a request names something of a list or tip that you gave.",
    doubt: "A security product or an administrator who looked for it leaves the same name.",
    next: "Read the record: what named it, when, and whether the server connected to it.",
  },
  "given-page": {
    title: "Requests for pages of your list or tip ({count})",
    severity: "high",
    why: "Pages of a list or tip that you gave were asked for.",
    doubt: "Scanners ask for known names on every server. An answer of 404 says that the page was not there.",
    next: "Look at the answers, and look for the file in the web folders.",
  },
  "given-file": {
    title: "Files of your list or tip ({count})",
    severity: "high",
    why: "Files, or names of files in records, are those of a list or tip that you gave.",
    doubt: "A name alone can be that of another file; a hash in a list can be that of a harmless one.",
    next: "Keep a copy of each file with its hash, and look for what wrote it.",
  },
  "given-user-agent": {
    title: "Programs that call themselves as in your list or tip ({count})",
    severity: "low",
    why: "Requests carry the name of a program of a list or tip that you gave.",
    doubt: "Honest programs may use the same name.",
    next: "See from which addresses they came and what was asked for.",
  },
};
