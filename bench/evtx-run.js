// Runs one task over an event log in a process of its own, as a user of the built package would:
//   node bench/evtx-run.js json FILE   (JSON lines on stdout)
//   node bench/evtx-run.js fields|header|text|xml FILE [workers]   (what was counted, on stdout)
//   node bench/evtx-run.js time json|fields|header|xml|spin FILE RUNS [workers]   (milliseconds of each run inside the process, by one
//   thread and by all workers alternately; spin reads nothing and only counts: what the machine's cores can do together)
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  writeSync,
} from "node:fs";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import {
  CHUNK_BYTES,
  FILE_HEADER_BYTES,
  fieldsOf,
  openEvtx,
  systemText,
  toJsonBytes,
  toJsonText,
  toXml,
} from "../packages/evtx/dist/index.js";

const PROCESS_FIELDS = [
  "Image",
  "CommandLine",
  "ParentImage",
  "ParentCommandLine",
  "NewProcessName",
  "ParentProcessName",
];

/** Reads into one buffer, as a file on disk is read. */
function sourceOf(path) {
  const fd = openSync(path, "r");
  const { size } = fstatSync(fd);
  let buffer = Buffer.alloc(0);
  const read = (offset, length) => {
    if (buffer.length < length) buffer = Buffer.alloc(length);
    return Promise.resolve(buffer.subarray(0, readSync(fd, buffer, 0, length, offset)));
  };
  return { sizeBytes: size, read, close: () => closeSync(fd) };
}

/** What a rule for process creation needs: provider and number of every record, fields of the two events. */
function processFields(record) {
  const id = systemText(record, "EventID");
  if (id !== "1" && id !== "4688") return 0;
  return fieldsOf(record, PROCESS_FIELDS).reduce((sum, value) => sum + (value?.length ?? 0), 0);
}

const TASKS = {
  json: (record) => toJsonText(record).length,
  text: (record) => toJsonText(record).length,
  xml: (record) => toXml(record).length,
  fields: processFields,
  header: (record) => systemText(record, "EventID").length,
  spin: null,
};

/** Chunks taken at a time: small enough that all workers end together, large enough that taking them costs nothing. */
const STEP = 32;

/** Ranges of chunks, one after the other, until `next` gives none; `next` is shared by all who read the file. */
async function count(task, path, next) {
  const judge = TASKS[task];
  if (judge === null) return spin(next);
  const source = sourceOf(path);
  let records = 0;
  let units = 0;
  for (let from = next(); from !== null; from = next()) {
    const log = await openEvtx(source, { fromChunk: from, toChunk: from + STEP });
    for await (const chunk of log.chunks()) {
      for (const record of chunk.records) {
        records++;
        units += judge(record);
      }
    }
  }
  source.close();
  return { records, units };
}

/** Arithmetic in registers, as often as there are steps: no memory, no garbage, no file. */
function spin(next) {
  let steps = 0;
  let units = 1;
  for (; next() !== null; steps++)
    for (let i = 0; i < 5_000_000; i++) units = (Math.imul(units, 1_103_515_245) + 12_345) | 0;
  return { records: steps, units };
}

/** Takes turns by a counter in shared memory; `counter` is set to 0 before each run. */
function turns(counter, chunks) {
  return () => {
    const from = Atomics.add(counter, 0, STEP);
    return from < chunks ? from : null;
  };
}

function chunksOf(path) {
  const source = sourceOf(path);
  source.close();
  return Math.ceil((source.sizeBytes - FILE_HEADER_BYTES) / CHUNK_BYTES);
}

async function printJson(path) {
  const source = sourceOf(path);
  const out = Buffer.alloc(4 << 20);
  let used = 0;
  const flush = () => {
    for (let at = 0; at < used;) at += writeSync(1, out, at, used - at);
    used = 0;
  };
  for await (const chunk of (await openEvtx(source)).chunks()) {
    for (const record of chunk.records) {
      const json = toJsonBytes(record);
      if (used + json.length + 1 > out.length) flush();
      if (json.length >= out.length) {
        writeSync(1, json);
        continue;
      }
      out.set(json, used);
      used += json.length;
      out[used++] = 10;
    }
  }
  flush();
}

/** This thread and `workers - 1` others, which take part as soon as they have started. */
function inWorkers(task, path, workers) {
  const chunks = chunksOf(path);
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const pool = Array.from(
    { length: workers - 1 },
    () => new Worker(new URL(import.meta.url), { workerData: { task, path, chunks, counter } }),
  );
  return {
    run: async (helpers) => {
      counter[0] = 0;
      const others = helpers.map(
        (worker) =>
          new Promise((done) => {
            worker.once("message", done);
            worker.postMessage("run");
          }),
      );
      const own = await count(task, path, turns(counter, chunks));
      const counts = [own, ...(await Promise.all(others))];
      return counts.reduce(
        (sum, { records, units }) => ({ records: sum.records + records, units: sum.units + units }),
        { records: 0, units: 0 },
      );
    },
    helpers: pool,
    stop: () => Promise.all(pool.map((worker) => worker.terminate())),
  };
}

/** Milliseconds that the threads of this process were ready to run while other programs had the cores; 0 where the system does not say. */
function waitedMs() {
  const folder = "/proc/self/task";
  if (!existsSync(folder)) return 0;
  let sum = 0;
  for (const thread of readdirSync(folder)) {
    const stat = `${folder}/${thread}/schedstat`;
    if (existsSync(stat)) sum += Number(readFileSync(stat, "utf8").split(" ")[1]);
  }
  return sum / 1e6;
}

async function timed(work) {
  const start = performance.now();
  const before = process.cpuUsage();
  const waitedBefore = waitedMs();
  const result = await work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000, waitedMs: waitedMs() - waitedBefore, result };
}

/** One thread and all of them alternately, so that whatever else the machine does meets both alike. */
async function time(task, path, runs, workers) {
  const pool = inWorkers(task, path, workers);
  const one = [];
  const all = [];
  for (let run = 0; run < runs; run++) {
    one.push(await timed(() => pool.run([])));
    if (workers > 1) all.push(await timed(() => pool.run(pool.helpers)));
  }
  await pool.stop();
  const lists = (key) => ({
    [key]: one.map((run) => run[key]),
    [`${key}All`]: all.map((run) => run[key]),
  });
  const rssMB = Math.round(process.resourceUsage().maxRSS / 1024);
  return { ...lists("ms"), ...lists("cpuMs"), ...lists("waitedMs"), ...one.at(-1)?.result, rssMB };
}

if (!isMainThread) {
  const { task, path, chunks, counter } = workerData;
  parentPort.on("message", async () =>
    parentPort.postMessage(await count(task, path, turns(counter, chunks))),
  );
} else {
  const [task, ...rest] = process.argv.slice(2);
  if (task === "time")
    console.log(JSON.stringify(await time(rest[0], rest[1], Number(rest[2] ?? 3), Number(rest[3] ?? 1))));
  else if (task === "json") await printJson(rest[0]);
  else {
    const pool = inWorkers(task, rest[0], Number(rest[1] ?? 1));
    console.log(JSON.stringify(await pool.run(pool.helpers)));
    await pool.stop();
  }
}
