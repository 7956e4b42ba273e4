import { ASKED, FROM } from "../flow/value.ts";
import type { Deed, DeedId } from "./effect.ts";
import { always, asked, freePlace, from, has, whole, type Rule } from "./rule.ts";

const RUNS_WHEN_ASKED =
  /\.(?:aspx?|as[hmc]x|asa|cer|cdx|soap|svc|cshtml|vbhtml|php\d?|jspx?|exe|dll|bat|cmd|ps1|vbs|config|master)\s*$/iu;
const scriptPlace = (deed: Deed): boolean => RUNS_WHEN_ASKED.test(deed.place ?? "");

/** Deeds that concern files. */
type FileDeed = Extract<
  DeedId,
  | "write-file"
  | "save-upload"
  | "read-file"
  | "list-folder"
  | "list-drives"
  | "change-file"
  | "fetch"
  | "fetch-to-file"
>;

/** For each deed with files the first rule that holds. */
export const FILE_RULES: Readonly<Record<FileDeed, readonly Rule[]>> = {
  "write-file": [
    {
      id: "write-template",
      when: (deed) => scriptPlace(deed) && asked(deed) && !has(deed.from, FROM.whole | FROM.network),
      weight: 0.5,
      text: "It writes a page or settings, with values from the visitor inside of a text of its own.",
    },
    {
      id: "write-script",
      when: (deed) => scriptPlace(deed) && has(deed.from, ASKED | FROM.network | FROM.decoded),
      weight: 0.85,
      text: "It writes a page or a program with content from outside.",
    },
    {
      id: "write-carried",
      when: (deed) => /^MZ/u.test(deed.text ?? ""),
      weight: 0.8,
      text: "It writes a program that it carries in itself.",
    },
    {
      id: "write-request",
      when: (deed) => freePlace(deed) && asked(deed),
      weight: 0.88,
      text: "It writes a file whose name and content the visitor chooses.",
    },
    {
      id: "write-fetched",
      when: (deed) => freePlace(deed) && has(deed.from, FROM.network),
      weight: 0.88,
      text: "It fetches a file and stores it where the visitor says.",
    },
    { id: "write-chosen", when: freePlace, weight: 0.5, text: "It writes a file where the visitor says." },
    {
      id: "write-network",
      when: from(FROM.network),
      weight: 0.29,
      text: "It stores what it fetches from another server.",
    },
    {
      id: "write-page",
      when: (deed) => scriptPlace(deed) && /<%|<script|<!--\s*#include/iu.test(deed.text ?? ""),
      weight: 0.55,
      text: "It writes a page whose text it carries in itself.",
    },
    {
      id: "write-beside",
      when: (deed) => has(deed.where, FROM.here) && has(deed.where, ASKED) && asked(deed),
      weight: 0.45,
      text: "It writes what the visitor sends beside itself, under a name that the visitor chooses.",
    },
    {
      id: "write-program",
      when: (deed) => scriptPlace(deed),
      weight: 0.25,
      text: "It writes a page or a program.",
    },
    {
      id: "write-visitor",
      when: (deed) => asked(deed) && !has(deed.where, ASKED),
      weight: 0.15,
      text: "It writes what the visitor sends into a file.",
    },
    {
      id: "write-below",
      when: (deed) =>
        has(deed.where, FROM.request | FROM.control) && has(deed.from, FROM.request | FROM.control),
      weight: 0.25,
      text: "It writes what the visitor sends into a folder of its own.",
    },
  ],
  "save-upload": [
    {
      id: "upload-anywhere",
      when: (deed) => freePlace(deed) && has(deed.where, FROM.request | FROM.control),
      weight: 0.85,
      text: "It stores an uploaded file where the visitor says.",
    },
    {
      id: "upload-beside",
      when: (deed) => has(deed.where, FROM.here) && has(deed.where, ASKED),
      weight: 0.4,
      text: "It stores an uploaded file beside itself, where pages run.",
    },
    {
      id: "upload-named",
      when: (deed) => has(deed.where, FROM.request | FROM.control),
      weight: 0.25,
      text: "It stores an uploaded file under a name that the visitor chooses.",
    },
    {
      id: "upload-script",
      when: scriptPlace,
      weight: 0.6,
      text: "It stores an uploaded file as a page or a program.",
    },
    {
      id: "upload-unchecked",
      when: (deed) => freePlace(deed),
      weight: 0.25,
      text: "It stores an uploaded file under its own name.",
    },
  ],
  "read-file": [
    { id: "read-anywhere", when: freePlace, weight: 0.29, text: "It reads any file that the visitor names." },
  ],
  "list-folder": [
    {
      id: "list-anywhere",
      when: freePlace,
      weight: 0.4,
      text: "It lists any folder that the visitor names.",
    },
    {
      id: "list-drive",
      when: (deed) => /^[a-z]:[\\/]*$/iu.test(deed.place ?? ""),
      weight: 0.15,
      text: "It lists a whole drive.",
    },
  ],
  "list-drives": [
    { id: "list-drives", when: always, weight: 0.15, text: "It lists the drives of the server." },
  ],
  "change-file": [
    {
      id: "change-anywhere",
      when: (deed) => freePlace(deed) || whole(deed),
      weight: 0.4,
      text: "It deletes, moves or changes any file that the visitor names.",
    },
  ],
  fetch: [
    {
      id: "fetch-request",
      when: freePlace,
      weight: 0.25,
      text: "It fetches any address that the visitor names.",
    },
  ],
  "fetch-to-file": [
    {
      id: "download-request",
      when: (deed) => freePlace(deed) && asked(deed),
      weight: 0.9,
      text: "It downloads any file to any place on the server.",
    },
    {
      id: "download-program",
      when: scriptPlace,
      weight: 0.8,
      text: "It downloads a page or a program onto the server.",
    },
    { id: "download", when: always, weight: 0.25, text: "It downloads a file onto the server." },
  ],
};
