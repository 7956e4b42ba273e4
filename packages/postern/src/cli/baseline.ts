import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { addBaseline } from "../case/index.ts";
import { formatUtc, PosternError } from "../core/index.ts";
import { loadKnowledge, nameBuilds, readListFolder, type FileList } from "../knowledge/index.ts";
import { terminalLine } from "../report/index.ts";
import { EXIT } from "./exit-codes.ts";
import { listenForInterrupt } from "./interrupt.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern baseline`. */
export interface BaselineFlags {
  readonly baseline?: string;
  readonly build?: string;
  readonly json?: boolean;
}

/**
 * The folder of lists when none is named: in the user's own data, so that an update of Postern does not take it away.
 * Windows: %LOCALAPPDATA%\Postern\baselines; elsewhere $XDG_DATA_HOME/postern/baselines, or ~/.local/share for it.
 */
export function defaultBaselineFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  const local = env["LOCALAPPDATA"];
  if (local !== undefined && local !== "") return join(local, "Postern", "baselines");
  const data = env["XDG_DATA_HOME"];
  const root = data === undefined || data === "" ? join(home, ".local", "share") : data;
  return join(root, "postern", "baselines");
}

/** The folder of lists that a command reads. @throws PosternError USAGE when a named one does not exist */
export function baselineFolder(named: string | undefined): string {
  if (named !== undefined && !existsSync(named))
    throw new PosternError("USAGE", `--baseline wants a folder of lists; ${named} does not exist`);
  return named ?? defaultBaselineFolder();
}

/** `postern baseline add <source>` and `postern baseline list`. Gives the exit code. */
export async function baselineCommand(
  what: string,
  source: string | null,
  flags: BaselineFlags,
  terminal: Terminal,
): Promise<number> {
  if (what === "list" && source === null)
    return listBaselines(baselineFolder(flags.baseline), flags, terminal);
  if (what === "add" && source !== null) return add(source, flags, terminal);
  throw new PosternError(
    "USAGE",
    "say either: postern baseline add <table of hashes, clean install folder, or case of a trusted server>, or: postern baseline list",
  );
}

const PATH_LIMIT = 400;

async function add(path: string, flags: BaselineFlags, terminal: Terminal): Promise<number> {
  const { signal, stop } = listenForInterrupt(terminal);
  try {
    const { lists, leftOut } = await addBaseline({
      path,
      build: flags.build ?? null,
      folder: flags.baseline ?? defaultBaselineFolder(),
      asOf: formatUtc(terminal.now()).slice(0, 10),
      signal,
    });
    for (const { path: written, list } of lists)
      terminal.err(
        `${nameBuilds(list.builds)}: ${counted(list)}, written to ${terminalLine(written, PATH_LIMIT)}\n`,
      );
    for (const line of leftOut) terminal.err(`left out: ${terminalLine(line, PATH_LIMIT)}\n`);
    return EXIT.clean;
  } finally {
    stop();
  }
}

interface Row {
  readonly builds: readonly string[];
  readonly files: number;
  readonly places: number;
  readonly asOf: string;
  readonly sources: readonly string[];
  /** Null for what comes with Postern. */
  readonly path: string | null;
}

function listBaselines(folder: string, flags: BaselineFlags, terminal: Terminal): number {
  const rows = [
    rowOf(loadKnowledge().genuineFiles, null),
    ...readListFolder(folder).map(({ list, path }) => rowOf(list, path)),
  ];
  if (flags.json === true) {
    terminal.out(`${JSON.stringify(rows, null, 1)}\n`);
    return EXIT.clean;
  }
  for (const row of rows) {
    const where = row.path === null ? "comes with Postern" : terminalLine(row.path, PATH_LIMIT);
    terminal.out(
      `${nameBuilds(row.builds)}: ${String(row.files)} files at ${String(row.places)} places, as of ${row.asOf}, ${where}\n`,
    );
  }
  if (rows.length === 1) terminal.err(`No list was added: ${terminalLine(folder, PATH_LIMIT)} holds none.\n`);
  return EXIT.clean;
}

function rowOf(list: FileList, path: string | null): Row {
  const { builds, asOf, sources } = list;
  return { builds, files: list.hashCount, places: list.pathCount, asOf, sources, path };
}

function counted(list: FileList): string {
  return `${String(list.hashCount)} files at ${String(list.pathCount)} places`;
}
