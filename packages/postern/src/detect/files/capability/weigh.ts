import { ASKED, FROM, ORIGIN } from "../flow/value.ts";
import type { Deed, DeedId } from "./effect.ts";
import { always, asked, freePlace, from, has, whole, type Rule } from "./rule.ts";
import { FILE_RULES } from "./weigh-files.ts";

/** How far a deed speaks for a back door, and why. */
export interface Weighed {
  readonly id: string;
  readonly weight: number;
  /** Plain sentence for an administrator. */
  readonly text: string;
}

/** For each deed the first rule that holds. Weights from 0.8 on are enough alone; below 0.3 they only add to others. */
const RULES: Readonly<Record<DeedId, readonly Rule[]>> = {
  "run-code": [
    {
      id: "eval-expression",
      when: (deed) => asked(deed) && deed.place === "expression",
      weight: 0.6,
      text: "It runs what a visitor sends as an expression, as old code does to read JSON.",
    },
    { id: "eval-request", when: asked, weight: 0.97, text: "It runs text that a visitor sends as code." },
    {
      id: "eval-network",
      when: from(FROM.network),
      weight: 0.95,
      text: "It fetches code from another server and runs it.",
    },
    {
      id: "eval-encoded",
      when: from(FROM.decoded),
      weight: 0.88,
      text: "It runs code that it keeps encoded, so that nobody reads it.",
    },
    {
      id: "eval-unsafe",
      when: (deed) => deed.place === "unsafe",
      weight: 0.85,
      text: "It runs text as code with all rights, which no page of Exchange does.",
    },
    {
      id: "eval-stored",
      when: from(ORIGIN),
      weight: 0.5,
      text: "It runs text as code that was stored elsewhere before.",
    },
    {
      id: "eval-mixed",
      when: (deed) => deed.text === null && has(deed.from, FROM.anchor),
      weight: 0.2,
      text: "It runs text as code that it puts together.",
    },
    {
      id: "eval-unknown",
      when: (deed) => deed.text === null,
      weight: 0.35,
      text: "It runs text as code, and the text is not in the page.",
    },
  ],
  "run-unknown": [
    {
      id: "eval-like",
      when: asked,
      weight: 0.5,
      text: "It calls a function that it does not define, named like one that runs code, with what the visitor sends.",
    },
  ],
  "run-program": [
    {
      id: "process-request",
      when: asked,
      weight: 0.95,
      text: "It starts a program on the server as the visitor tells it.",
    },
    {
      id: "process-network",
      when: from(FROM.network),
      weight: 0.9,
      text: "It starts a program that another server names.",
    },
    {
      id: "process-encoded",
      when: from(FROM.decoded),
      weight: 0.85,
      text: "It starts a program whose name or arguments it keeps encoded.",
    },
    {
      id: "process-stored",
      when: from(ORIGIN),
      weight: 0.5,
      text: "It starts a program that is named elsewhere.",
    },
    {
      id: "process-interpreter",
      when: from(FROM.interpreter),
      weight: 0.55,
      text: "It starts a command interpreter on the server.",
    },
    { id: "process-fixed", when: always, weight: 0.25, text: "It starts a program on the server." },
  ],
  "load-program": [
    {
      id: "assembly-request",
      when: asked,
      weight: 0.95,
      text: "It loads a program out of what the visitor sends.",
    },
    {
      id: "assembly-hidden",
      when: from(FROM.decoded | FROM.network),
      weight: 0.93,
      text: "It loads a program that it keeps encoded or fetches.",
    },
    {
      id: "assembly-stored",
      when: from(FROM.stored | FROM.database),
      weight: 0.8,
      text: "It loads a program that was kept in session, cache or database.",
    },
    {
      id: "assembly-place",
      when: (deed) => has(deed.where, ASKED),
      weight: 0.8,
      text: "It loads a program from a place that the visitor names.",
    },
    {
      id: "assembly-file",
      when: (deed) => deed.text === null,
      weight: 0.15,
      text: "It loads another program.",
    },
  ],
  "compile-code": [
    {
      id: "compile-request",
      when: (deed) => asked(deed) || has(deed.where, ASKED),
      weight: 0.95,
      text: "It compiles and runs what the visitor sends.",
    },
    {
      id: "compile-hidden",
      when: from(FROM.decoded | FROM.network),
      weight: 0.9,
      text: "It compiles program text that it keeps encoded or fetches.",
    },
    { id: "compile-code", when: always, weight: 0.6, text: "It compiles program text on the server." },
  ],
  "call-by-name": [
    {
      id: "reflect-decrypted",
      when: (deed) => asked(deed) && has(deed.from, FROM.decoded),
      weight: 0.85,
      text: "It decodes what the visitor sends and hands it to program parts that it finds by name.",
    },
    {
      id: "reflect-request",
      when: asked,
      weight: 0.75,
      text: "It finds program parts by name at run time and feeds them what the visitor sends.",
    },
    {
      id: "reflect-hidden",
      when: from(FROM.decoded),
      weight: 0.5,
      text: "It finds program parts by names that it keeps encoded.",
    },
  ],
  "create-by-name": [
    {
      id: "create-request",
      when: always,
      weight: 0.7,
      text: "The visitor names the component that it creates.",
    },
  ],
  deserialize: [
    {
      id: "deserialize-state",
      when: (deed) => asked(deed) && deed.within === "loadpagestatefrompersistencemedium",
      weight: 0.3,
      text: "It rebuilds the page's own state out of what the visitor sends, without ASP.NET's protection.",
    },
    {
      id: "deserialize-request",
      when: asked,
      weight: 0.85,
      text: "It rebuilds objects out of what the visitor sends, which can run any program.",
    },
    {
      id: "deserialize-hidden",
      when: from(FROM.decoded | FROM.network),
      weight: 0.4,
      text: "It rebuilds objects from encoded text.",
    },
  ],
  "transform-script": [
    {
      id: "transform-request",
      when: whole,
      weight: 0.75,
      text: "It runs a style sheet that the visitor sends; style sheets may hold programs.",
    },
    {
      id: "transform-hidden",
      when: from(FROM.decoded | FROM.network),
      weight: 0.6,
      text: "It runs a style sheet that it keeps encoded or fetches.",
    },
  ],
  ...FILE_RULES,
  "run-sql": [
    {
      id: "sql-shell-request",
      when: (deed) => has(deed.from, FROM.databaseShell) && asked(deed),
      weight: 0.85,
      text: "It starts programs through the database server as the visitor tells it.",
    },
    {
      id: "sql-shell",
      when: from(FROM.databaseShell),
      weight: 0.7,
      text: "It starts programs through the database server.",
    },
    {
      id: "sql-anywhere",
      when: (deed) => whole(deed) && has(deed.where, ASKED | FROM.stored),
      weight: 0.85,
      text: "It runs any database command on any server that the visitor names.",
    },
    {
      id: "sql-request",
      when: whole,
      weight: 0.45,
      text: "It runs any database command that the visitor sends.",
    },
    {
      id: "sql-place",
      when: (deed) => has(deed.where, ASKED),
      weight: 0.35,
      text: "It connects to any database that the visitor names.",
    },
  ],
  connect: [
    {
      id: "socket-request",
      when: (deed) => has(deed.where, ASKED),
      weight: 0.85,
      text: "It opens network connections to wherever the visitor says, as a tunnel does.",
    },
    { id: "socket", when: always, weight: 0.2, text: "It opens network connections of its own." },
  ],
  relay: [
    {
      id: "tunnel",
      when: asked,
      weight: 0.8,
      text: "It passes what the visitor sends on into the network, as a tunnel does.",
    },
    { id: "relay", when: always, weight: 0.1, text: "It sends data into the network." },
  ],
  "relay-http": [
    {
      id: "relay-http",
      when: (deed) => asked(deed) && has(deed.where, ASKED),
      weight: 0.25,
      text: "It passes whole requests on to a web server that the visitor names.",
    },
  ],
  "native-code": [
    {
      id: "native-request",
      when: asked,
      weight: 0.95,
      text: "It runs machine code that the visitor sends.",
    },
    {
      id: "native-hidden",
      when: from(FROM.decoded | FROM.network),
      weight: 0.9,
      text: "It runs machine code that it keeps encoded or fetches.",
    },
    {
      id: "native-code",
      when: always,
      weight: 0.75,
      text: "It calls Windows itself to run machine code or programs.",
    },
  ],
  "hook-requests": [
    {
      id: "hook-requests",
      when: always,
      weight: 0.7,
      text: "It puts itself into the handling of all requests, so that it needs no file of its own.",
    },
  ],
  "read-keys": [
    {
      id: "read-keys",
      when: always,
      weight: 0.6,
      text: "It reads the keys that protect the web site's sessions.",
    },
  ],
  inventory: [
    { id: "inventory", when: always, weight: 0.2, text: "It lists programs or services of the server." },
  ],
  registry: [
    {
      id: "registry-request",
      when: freePlace,
      weight: 0.5,
      text: "It reads or writes any part of the Windows registry that the visitor names.",
    },
    { id: "registry", when: always, weight: 0.15, text: "It reads or writes the Windows registry." },
  ],
  accounts: [{ id: "accounts", when: always, weight: 0.35, text: "It acts on Windows accounts." }],
  "include-chosen": [
    {
      id: "include-request",
      when: freePlace,
      weight: 0.25,
      text: "The visitor names the page that it runs.",
    },
  ],
};

/** What a deed weighs; null for deeds that every web application does. */
export function weighDeed(deed: Deed): Weighed | null {
  const rule = RULES[deed.id].find((one) => one.when(deed));
  return rule === undefined ? null : { id: rule.id, weight: rule.weight, text: rule.text };
}
