import { existsSync, statSync, writeFileSync } from "node:fs";
import { hostname, platform } from "node:os";
import { basename, resolve, sep } from "node:path";
import {
  collectTree,
  DEFAULT_LIMITS,
  findDrives,
  renderKape,
  renderPowershell,
  renderVelociraptor,
  type CollectionLimits,
  type TreeResult,
} from "../collect/index.ts";
import { messageOf, PosternError } from "../core/index.ts";
import { loadCollection, loadCollectorScript, type Collection } from "../knowledge/index.ts";
import { readableBytes, terminalLine } from "../report/index.ts";
import { EXIT, type COLLECTORS } from "./exit-codes.ts";
import { listenForInterrupt } from "./interrupt.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern collect`. */
export interface CollectFlags {
  readonly to?: (typeof COLLECTORS)[number];
  readonly from?: string;
  /** Collects on this computer. */
  readonly here?: boolean;
  /** The tree is a disk of the server itself, not a copy: its times count. */
  readonly mounted?: boolean;
  readonly list?: boolean;
  readonly out?: string;
  readonly name?: string;
  readonly quiet?: boolean;
  readonly maxAgeDays?: number;
  readonly maxFileMb?: number;
  readonly maxTotalMb?: number;
  readonly keepFreeMb?: number;
  /** For KAPE, which looks up nothing. */
  readonly exchange?: string;
  readonly iisLogs: readonly string[];
  readonly webRoot: readonly string[];
}

/** On a running server logs of three months are enough unless somebody says otherwise. */
const AGE_ON_SERVER = 90;

/** `postern collect`: makes a collector for the server, or collects from a disk. Gives the exit code. */
export async function collectCommand(flags: CollectFlags, terminal: Terminal): Promise<number> {
  const collection = loadCollection();
  if (flags.list === true) {
    terminal.out(listText(collection));
    return EXIT.clean;
  }
  const asked = [flags.to, flags.from, flags.here === true ? "here" : undefined].filter(
    (one) => one !== undefined,
  );
  if (asked.length !== 1)
    throw new PosternError(
      "USAGE",
      "say what to do: --to powershell|velociraptor|kape makes a collector, --from <tree> collects from a disk or a copy of one, --here on this computer, --list shows what is collected",
    );
  if (flags.to !== undefined) return writeCollector(flags.to, flags, collection, terminal);
  return collectFiles(flags, collection, terminal);
}

function listText(collection: Collection): string {
  return collection.definitions
    .map((one) => `${one.id}\t${one.how}\t${one.title}\t${one.keeps ?? ""}\t${one.answers}\n`)
    .join("");
}

function writeCollector(
  to: (typeof COLLECTORS)[number],
  flags: CollectFlags,
  collection: Collection,
  terminal: Terminal,
): number {
  const text = renderCollector(to, flags, collection);
  if (flags.out === undefined) {
    terminal.out(text);
    return EXIT.clean;
  }
  if (existsSync(flags.out))
    throw new PosternError("CASE_EXISTS", `${flags.out} is there already: choose another name with -o`);
  try {
    writeFileSync(flags.out, text, { flag: "wx" });
  } catch (thrown) {
    throw new PosternError(
      "CASE_WRITE_FAILED",
      `${flags.out} could not be written: ${messageOf(thrown)}`,
      {},
      thrown,
    );
  }
  if (flags.quiet !== true) terminal.err(`${flags.out}\n${NEXT[to]}`);
  return EXIT.clean;
}

const NEXT = {
  powershell:
    "Copy it to the server and run it there as administrator, into a folder on a disk that is not the system's:\n  powershell.exe -NoProfile -ExecutionPolicy Bypass -File .\\Collect-Exchange.ps1 -OutFolder E:\\\n",
  velociraptor: "Add it under View Artifacts, or to an offline collector; give the zip to postern assess.\n",
  kape: "Put it into KAPE's Targets folder; give the target folder to postern assess.\n",
} as const;

function renderCollector(
  to: (typeof COLLECTORS)[number],
  { exchange, iisLogs, webRoot }: CollectFlags,
  collection: Collection,
): string {
  if (to === "powershell") return renderPowershell(collection, loadCollectorScript());
  if (to === "velociraptor") return renderVelociraptor(collection);
  return renderKape(collection, {
    ...(exchange === undefined ? {} : { exchange }),
    iisLogs,
    webRoots: webRoot,
  });
}

async function collectFiles(
  flags: CollectFlags,
  collection: Collection,
  terminal: Terminal,
): Promise<number> {
  const { out } = flags;
  if (out === undefined) throw new PosternError("USAGE", "say where to put the collection: -o <name>.zip");
  const where = await findServer(flags);
  refuseInside(out, [...where.drives.values()]);
  const { signal, stop } = listenForInterrupt(terminal);
  try {
    const result = await collectTree({
      collection,
      drives: where.drives,
      server: where.server,
      out,
      times: flags.here === true || flags.mounted === true ? "server" : "copy",
      limits: limitsOf(flags),
      now: () => terminal.now(),
      signal,
      onStep: ({ index, count, title }) => {
        if (flags.quiet !== true) terminal.err(`[${String(index + 1)} of ${String(count)}] ${title}\n`);
      },
    });
    terminal.out(`${result.sha256}  ${out}\n`);
    if (flags.quiet !== true) terminal.err(summary(result, where.server, out));
    return result.files === 0 ? EXIT.incomplete : EXIT.clean;
  } finally {
    stop();
  }
}

interface Where {
  readonly server: string;
  readonly drives: ReadonlyMap<string, string>;
}

async function findServer(flags: CollectFlags): Promise<Where> {
  if (flags.here === true) {
    if (platform() !== "win32")
      throw new PosternError(
        "USAGE",
        "--here collects on an Exchange server; elsewhere give the server's disk with --from",
      );
    return { server: flags.name ?? hostname(), drives: localDrives() };
  }
  const from = flags.from ?? "";
  if (!existsSync(from) || !statSync(from).isDirectory())
    throw new PosternError("EVIDENCE_NOT_FOUND", `--from wants a folder, and ${from} is none`, { from });
  const { folderName, drives } = await findDrives(from);
  return { server: flags.name ?? folderName ?? basename(resolve(from)), drives };
}

function localDrives(): ReadonlyMap<string, string> {
  const letters = Array.from({ length: 24 }, (_, index) => String.fromCharCode(0x43 + index)); // C to Z
  return new Map(
    letters.map((letter) => [letter, `${letter}:\\`] as const).filter(([, path]) => existsSync(path)),
  );
}

/** A zip in the evidence would change it. On a live server every disk is evidence, and one of them must hold the zip. */
function refuseInside(out: string, folders: readonly string[]): void {
  const target = resolve(out);
  const inside = folders.find(
    (folder) => !/^[A-Z]:\\$/u.test(folder) && target.startsWith(`${resolve(folder)}${sep}`),
  );
  if (inside === undefined) return;
  throw new PosternError(
    "USAGE",
    `${out} lies in the evidence ${inside}, which must stay as it is: choose another folder with -o`,
  );
}

function limitsOf(flags: CollectFlags): CollectionLimits {
  return {
    maxAgeDays: flags.maxAgeDays ?? (flags.here === true ? AGE_ON_SERVER : DEFAULT_LIMITS.maxAgeDays),
    maxFileMb: flags.maxFileMb ?? DEFAULT_LIMITS.maxFileMb,
    maxTotalMb: flags.maxTotalMb ?? DEFAULT_LIMITS.maxTotalMb,
    keepFreeMb: flags.keepFreeMb ?? DEFAULT_LIMITS.keepFreeMb,
  };
}

const MISSING_SHOWN = 10;

function summary(result: TreeResult, server: string, out: string): string {
  const missing = result.missing.filter((one) => one.reason !== "absent");
  const lines = missing
    .slice(0, MISSING_SHOWN)
    .map((one) => `  not taken (${one.reason}): ${terminalLine(one.path, 200)}\n`);
  const more =
    missing.length > MISSING_SHOWN
      ? `  and ${String(missing.length - MISSING_SHOWN)} more: see the manifest\n`
      : "";
  const what = `${terminalLine(server, 80)}: ${String(result.files)} files, ${readableBytes(result.sizeBytes)}; the zip has ${readableBytes(result.zipBytes)}\n`;
  return `${what}${lines.join("")}${more}Next: postern assess ${out} -o <case>\n`;
}
