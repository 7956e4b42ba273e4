// Loads the bundle, and with it what V8 had compiled of it at the end of an earlier run: most of the time until something happens goes into compiling.
import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import process from "node:process";
import { Script } from "node:vm";

const HASH_BYTES = 32;
/** A run that ends sooner after loading has only told something: what it compiled is of little use to those that come. */
const WORTH_KEEPING_MS = 100;

/** Beside the bundle, one for each version of Node: V8 takes no other version's. */
function codeFileOf(bundle) {
  return `${bundle}.${process.version}-${process.arch}.code`;
}

function hashOf(text, code) {
  return createHash("sha256").update(text, "latin1").update(code).digest();
}

/** What an earlier run kept; undefined when there is nothing, or when it belongs to another bundle or is damaged. */
function readCode(bundle, text) {
  let kept;
  try {
    kept = readFileSync(codeFileOf(bundle));
  } catch {
    return undefined;
  }
  const code = kept.subarray(HASH_BYTES);
  return hashOf(text, code).equals(kept.subarray(0, HASH_BYTES)) ? code : undefined;
}

/** Whoever may not write here does without. */
function keepCode(bundle, text, script) {
  const file = codeFileOf(bundle);
  const part = `${file}.${String(process.pid)}`;
  try {
    const code = script.createCachedData();
    writeFileSync(part, Buffer.concat([hashOf(text, code), code]));
    renameSync(part, file);
  } catch {
    rmSync(part, { force: true });
  }
}

/**
 * @param {string} bundle path of a CommonJS module in ASCII that imports nothing dynamically
 * @param {{ keeps?: boolean }} [options] `keeps`: true to keep what was compiled when the process ends, for the next one
 * @returns {any} what it exports
 */
export function loadBundle(bundle, { keeps = false } = {}) {
  const text = readFileSync(bundle, "latin1");
  const cachedData = readCode(bundle, text);
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${text}\n})`;
  const script = new Script(wrapped, {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const loadedMs = performance.now();
  if (keeps && script.cachedDataRejected !== false)
    process.once("exit", () => {
      if (performance.now() - loadedMs > WORTH_KEEPING_MS) keepCode(bundle, text, script);
    });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
  return module.exports;
}
