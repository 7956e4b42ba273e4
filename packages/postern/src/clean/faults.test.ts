import { spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import { readContainer } from "./container.ts";
import { machineDisk, type Disk } from "./disk.ts";
import { readJournal } from "./journal.ts";
import { applySteps, undoSteps, type RunOptions } from "./run-steps.ts";
import {
  CONFIG,
  CONFIG_TEXT,
  diskError,
  elementOf,
  failingDisk,
  isCrash,
  it,
  makeBench,
  onServer,
  optionsFor,
  PAGE,
  photograph,
  quarantineOf,
  results,
  type Bench,
  type Failure,
} from "./testing/index.ts";

const CONTENT = "a harmless page";

/** A bench with a page and an entry to take away, and how the tree looked before. */
function loaded(): {
  readonly bench: Bench;
  readonly options: RunOptions;
  readonly before: readonly string[];
} {
  const bench = makeBench();
  const options = optionsFor(bench, {
    page: quarantineOf(bench, PAGE, CONTENT),
    module: elementOf(bench, CONFIG, CONFIG_TEXT),
  });
  return { bench, options, before: photograph(bench.root) };
}

/** Contents that are neither on the server nor whole in the quarantine: must be none, at any time. */
function lost(bench: Bench): readonly string[] {
  const contents = [
    ["page", PAGE, CONTENT],
    ["module", CONFIG, CONFIG_TEXT],
  ] as const;
  return contents.flatMap(([step, path, content]) => {
    const file = onServer(bench, path);
    if (existsSync(file) && readFileSync(file, "utf8") === content) return [];
    const container = join(bench.caseFolder, "quarantine", `${step}.quarantine`);
    const parts: Uint8Array[] = [];
    if (existsSync(container))
      readContainer(machineDisk(), container, (part) => parts.push(Uint8Array.from(part)));
    return Buffer.concat(parts).toString() === content ? [] : [step];
  });
}

/** The journal says of every step whether it is done, and the tree agrees. */
function expectTrueJournal({
  bench,
  options,
}: {
  readonly bench: Bench;
  readonly options: RunOptions;
}): void {
  const { entries } = readJournal(bench.caseFolder);
  for (const { id } of options.plan.steps) {
    const acts = entries.filter(({ what }) => what.step === id).map(({ what }) => what.act);
    const last = acts.at(-1) ?? "";
    const isThere =
      id === "page"
        ? existsSync(onServer(bench, PAGE))
        : readFileSync(onServer(bench, CONFIG), "utf8") === CONFIG_TEXT;
    if (last === "removed" || last === "replaced") expect(isThere).toBe(false);
    if (["", "begin", "copied", "restored"].includes(last)) expect(isThere).toBe(true);
  }
}

/** A seeded row of numbers from 0 to below 1 (mulberry32), so that every run kills at the same points. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function runToEnd(run: (options: RunOptions) => unknown, options: RunOptions, failure: Failure): number {
  const { disk, calls } = failingDisk(failure);
  try {
    run({ ...options, disk });
  } catch (thrown) {
    if (!isCrash(thrown)) throw thrown;
  }
  rmSync(join(options.folder, "journal.lock"), { force: true });
  return calls();
}

/** How many calls an undisturbed run makes. */
function callsOf(run: (options: RunOptions) => unknown, options: RunOptions): number {
  return runToEnd(run, options, { at: 0, error: null });
}

describe("a run that is killed", () => {
  it("loses nothing at 50 points of apply, and the same command goes on", () => {
    const random = seeded(20210303);
    const first = loaded();
    const all = callsOf(applySteps, first.options);
    rmSync(first.bench.folder, { recursive: true });
    for (let round = 0; round < 50; round++) {
      const one = loaded();
      runToEnd(applySteps, one.options, {
        at: 1 + Math.floor(random() * all),
        error: null,
        tornBytes: Math.floor(random() * 60),
      });
      expect(lost(one.bench)).toEqual([]);
      expectTrueJournal(one);
      const again = results(applySteps(one.options));
      expect(again.every((result) => result === "done" || result === "already")).toBe(true);
      expectTrueJournal(one);
      expect(results(undoSteps(one.options))).toEqual(["done", "done"]);
      expect(photograph(one.bench.root)).toEqual(one.before);
      rmSync(one.bench.folder, { recursive: true });
    }
  });

  it("leaves nothing behind once it is taken back without being gone on with, at whichever call it was killed", () => {
    const first = loaded();
    const all = callsOf(applySteps, first.options);
    rmSync(first.bench.folder, { recursive: true });
    for (let at = 1; at <= all; at++) {
      const one = loaded();
      runToEnd(applySteps, one.options, { at, error: null, tornBytes: 0 });
      undoSteps(one.options);
      expectTrueJournal(one);
      expect(photograph(one.bench.root)).toEqual(one.before);
      rmSync(one.bench.folder, { recursive: true });
    }
  });

  it("loses nothing at 50 points of undo, and the same command goes on", () => {
    const random = seeded(20210309);
    const first = loaded();
    applySteps(first.options);
    const all = callsOf(undoSteps, first.options);
    rmSync(first.bench.folder, { recursive: true });
    for (let round = 0; round < 50; round++) {
      const one = loaded();
      applySteps(one.options);
      runToEnd(undoSteps, one.options, {
        at: 1 + Math.floor(random() * all),
        error: null,
        tornBytes: Math.floor(random() * 60),
      });
      expect(lost(one.bench)).toEqual([]);
      undoSteps(one.options);
      expectTrueJournal(one);
      expect(photograph(one.bench.root)).toEqual(one.before);
      rmSync(one.bench.folder, { recursive: true });
    }
  });

  it("goes on although it was killed several times in a row, in the middle of its journal", () => {
    const one = loaded();
    const isJournal: Failure["counts"] = (call) => call === "write";
    for (const tornBytes of [1, 0, 5, 7, 30])
      runToEnd(applySteps, one.options, { at: 1, counts: isJournal, error: null, tornBytes });
    expect(results(applySteps(one.options))).toEqual(["done", "done"]);
    expect(readJournal(one.bench.caseFolder).entries.some(({ what }) => what.act === "torn")).toBe(true);
    undoSteps(one.options);
    expect(photograph(one.bench.root)).toEqual(one.before);
    rmSync(one.bench.folder, { recursive: true });
  });

  it("loses nothing when the process itself is killed, again and again", async () => {
    const one = loaded();
    for (const delayMs of [0, 3, 8, 15, 25]) {
      await killedAfter(one, delayMs);
      expect(lost(one.bench)).toEqual([]);
      expectTrueJournal(one);
    }
    undoSteps(one.options);
    expect(photograph(one.bench.root)).toEqual(one.before);
    rmSync(one.bench.folder, { recursive: true });
  });
});

/** Runs apply and undo in turn in a process of its own, from the compiled code, and kills it some time after it began to work. */
async function killedAfter(
  { bench, options }: { readonly bench: Bench; readonly options: RunOptions },
  delayMs: number,
): Promise<void> {
  const module = new URL("../../dist/clean/run-steps.js", import.meta.url).href;
  const given = JSON.stringify({ folder: options.folder, plan: options.plan, roots: options.roots });
  const program = `import { applySteps, undoSteps } from ${JSON.stringify(module)};
const options = { ...${given}, steps: null, server: null, act: true, now: () => 0 };
process.stdout.write("ready");
for (;;) { applySteps(options); undoSteps(options); }`;
  const file = join(bench.folder, "loop.mjs");
  writeFileSync(file, program);
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  child.kill("SIGKILL");
  await ended;
}

const WRITES: ReadonlySet<keyof Disk> = new Set<keyof Disk>([
  "create",
  "write",
  "sync",
  "rename",
  "makeFolder",
  "openAppend",
  "remove",
  "link",
]);

describe("a disk that refuses", () => {
  for (const [code, every] of [
    ["ENOSPC", 1],
    ["EACCES", 4],
    ["EIO", 5],
  ] as const)
    it(`loses nothing when writing calls fail with ${code}, one after the other`, () => {
      for (let at = 1; ; at += every) {
        const { bench, options, before } = loaded();
        const { disk, calls } = failingDisk({
          at,
          counts: (call) => WRITES.has(call),
          error: diskError(code),
        });
        const first = results(applySteps({ ...options, disk }));
        expect(lost(bench)).toEqual([]);
        expect(results(applySteps(options)).every((one) => one === "done" || one === "already")).toBe(true);
        readJournal(bench.caseFolder);
        undoSteps(options);
        expect(photograph(bench.root)).toEqual(before);
        rmSync(bench.folder, { recursive: true });
        if (calls() < at) {
          expect(first).toEqual(["done", "done"]);
          break;
        }
        expect(first).toContain("failed");
      }
    });

  it("removes nothing while the disk of the case stays full", () => {
    const { bench, options, before } = loaded();
    const disk = machineDisk();
    const full = { ...disk, write: (): number => failWith("ENOSPC") };
    expect(results(applySteps({ ...options, disk: full }))).toEqual(["failed", "failed"]);
    expect(photograph(bench.root)).toEqual(before);
    rmSync(bench.folder, { recursive: true });
  });

  it.skipIf(process.getuid?.() === 0)("says so when it may not remove from a folder", ({ bench }) => {
    const options = optionsFor(bench, { page: quarantineOf(bench, PAGE, CONTENT) });
    chmodSync(dirname(onServer(bench, PAGE)), 0o555);
    expect(results(applySteps(options))).toEqual(["failed"]);
    chmodSync(dirname(onServer(bench, PAGE)), 0o755);
    expect(readFileSync(onServer(bench, PAGE), "utf8")).toBe(CONTENT);
  });
});

function failWith(code: string): never {
  throw diskError(code);
}

describe("a journal that was changed", () => {
  const changes: Readonly<Record<string, (text: string) => string>> = {
    "a line was taken out": (text) => text.split("\n").toSpliced(1, 1).join("\n"),
    "a word was changed": (text) => text.replace('"act":"removed"', '"act":"begun"'),
    "lines were swapped": (text) => {
      const [first = "", second = "", ...rest] = text.split("\n");
      return [second, first, ...rest].join("\n");
    },
    "something was written into it": (text) => text.replace("\n", "\nhello\n"),
  };
  for (const [what, change] of Object.entries(changes))
    it(`is not acted on when ${what}`, () => {
      const { bench, options } = loaded();
      applySteps(options);
      const path = join(bench.caseFolder, "journal.jsonl");
      writeFileSync(path, change(readFileSync(path, "utf8")));
      const before = photograph(bench.root);
      expect(() => applySteps(options)).toThrow(/journal was changed or damaged/u);
      expect(() => undoSteps(options)).toThrow(/journal was changed or damaged/u);
      expect(photograph(bench.root)).toEqual(before);
      rmSync(bench.folder, { recursive: true });
    });
});
