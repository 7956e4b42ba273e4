import { createHash } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { formatUtc, PosternError, VERSION } from "../core/index.ts";
import type { UtcTime } from "../model/index.ts";
import { writeFailure } from "./beside-case.ts";
import { readCase } from "./case-folder.ts";
import { readChain } from "./evidence-chain.ts";
import { signBytes } from "./seal-signature.ts";
import { readCaseContent, SEAL_NAMES, type SealedFile } from "./sealed-files.ts";

/** Schema of the seal. */
export const SEAL_SCHEMA = "postern.seal/1";

/** The seal of a case: what it held when it was sealed. */
export interface Seal {
  readonly schema: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly sealedUtc: UtcTime;
  /** Who sealed it and why, as they say. Untrusted. */
  readonly note: string;
  /** Items of evidence, and the hash of the last line of `evidence.jsonl`. */
  readonly evidence: { readonly items: number; readonly last: string };
  readonly files: readonly SealedFile[];
  /** SHA-256 of the seal before this one; null for the first. */
  readonly previous: string | null;
}

/** How to seal. */
export interface SealOptions {
  readonly folder: string;
  readonly note: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** File with a private Ed25519 key; null: no signature. */
  readonly keyFile: string | null;
  /** A sealed case may be sealed again: the seal before is kept. */
  readonly again: boolean;
}

/** What was sealed. */
export interface Sealed {
  readonly files: number;
  readonly items: number;
  /** SHA-256 of the seal: whoever writes it down elsewhere can tell a seal that was made anew. */
  readonly sha256: string;
  readonly signed: boolean;
}

/**
 * Seals a case: lists every file with its hash. The same case, time and note give the same bytes, and so does the same key.
 * @throws PosternError CASE_NOT_FOUND, CASE_MALFORMED (a link in it, or a broken chain), CASE_EXISTS when it is sealed already, CASE_WRITE_FAILED, USAGE
 */
export async function sealCase(options: SealOptions): Promise<Sealed> {
  const { folder, note, nowMs, keyFile, again } = options;
  readCase(folder);
  const list = join(folder, "evidence.jsonl");
  if (!existsSync(list)) throw malformed(folder, "its list of evidence (evidence.jsonl) is gone");
  const chain = readChain(readFileSync(list, "utf8"));
  const [broken] = chain.breaks;
  if (broken !== undefined)
    throw malformed(folder, `the list of evidence was changed at line ${String(broken)}`);
  const path = join(folder, SEAL_NAMES.seal);
  const before = existsSync(path) ? readFileSync(path) : null;
  if (before !== null && !again)
    throw new PosternError(
      "CASE_EXISTS",
      `${folder} is sealed already: check it with postern case check; --again seals what it holds now and keeps the seal before`,
      { folder },
    );
  if (keyFile !== null) signBytes(new Uint8Array(0), keyFile); // a wrong key is told before anything is written
  const { others } = await readCaseContent(folder);
  if (others[0] !== undefined) throw malformed(folder, `it holds ${others[0]}, which is no file (a link?)`);
  if (before !== null) keepBefore(folder);
  const { files } = await readCaseContent(folder);
  const seal: Seal = {
    schema: SEAL_SCHEMA,
    tool: { name: "postern", version: VERSION },
    sealedUtc: formatUtc(nowMs),
    note,
    evidence: { items: chain.entries.length, last: chain.last },
    files,
    previous: before === null ? null : sha256Of(before),
  };
  const bytes = Buffer.from(`${JSON.stringify(seal, null, 1)}\n`, "utf8");
  const signature = keyFile === null ? null : signBytes(bytes, keyFile);
  write(folder, bytes, signature);
  return {
    files: files.length,
    items: chain.entries.length,
    sha256: sha256Of(bytes),
    signed: signature !== null,
  };
}

/** SHA-256 as lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function malformed(folder: string, why: string): PosternError {
  return new PosternError("CASE_MALFORMED", `${folder} cannot be sealed: ${why}`, { folder });
}

/** The seal before stays as a file of the case, under a number. */
function keepBefore(folder: string): void {
  let number = 1;
  while (existsSync(join(folder, `seal-${String(number)}.json`))) number++;
  writing(folder, () => {
    for (const name of [SEAL_NAMES.signature, SEAL_NAMES.seal]) {
      const kept = join(folder, name.replace("seal.", `seal-${String(number)}.`));
      if (existsSync(join(folder, name))) copyFileSync(join(folder, name), kept, constants.COPYFILE_EXCL);
    }
  });
}

/** Each file is there whole or not at all; a seal whose signature is not its own is found by the next check. */
function write(folder: string, bytes: Uint8Array, signature: Uint8Array | null): void {
  writing(folder, () => {
    const path = join(folder, SEAL_NAMES.signature);
    if (signature === null) rmSync(path, { force: true });
    else replace(path, signature);
    replace(join(folder, SEAL_NAMES.seal), bytes);
  });
}

function replace(path: string, bytes: Uint8Array): void {
  const partial = `${path}.partial`;
  writeFileSync(partial, bytes);
  renameSync(partial, path);
}

function writing(folder: string, store: () => void): void {
  try {
    store();
  } catch (thrown) {
    throw writeFailure(`the seal could not be written to ${folder}`, { folder }, thrown);
  }
}
