import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, PosternError } from "../core/index.ts";

/** A file of a case as the seal states it. */
export interface SealedFile {
  /** Below the case folder, `/` between parts. */
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
}

/** Names of the seal and of its signature, in the case folder. They cannot seal themselves. */
export const SEAL_NAMES = { seal: "seal.json", signature: "seal.sig" } as const;

/** What lies in a case folder. */
export interface CaseContent {
  /** By code units of the path, without the seal and its signature. */
  readonly files: readonly SealedFile[];
  /** Links and what else is no file: never followed. */
  readonly others: readonly string[];
}

const STEP_BYTES = 1 << 20;

/** Hashes every file of a case folder. @throws PosternError CASE_NOT_FOUND when it cannot be read */
export async function readCaseContent(folder: string): Promise<CaseContent> {
  const files: SealedFile[] = [];
  const others: string[] = [];
  await walk(folder, "", { files, others });
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, others: others.sort() };
}

async function walk(
  folder: string,
  below: string,
  found: { readonly files: SealedFile[]; readonly others: string[] },
): Promise<void> {
  const entries = await reading(folder, () => readdir(join(folder, below), { withFileTypes: true }));
  for (const entry of entries) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (path === SEAL_NAMES.seal || path === SEAL_NAMES.signature) continue;
    if (entry.isDirectory()) await walk(folder, path, found);
    else if (entry.isFile())
      found.files.push({ path, ...(await reading(folder, () => hashFile(join(folder, path)))) });
    else found.others.push(path);
  }
}

async function reading<T>(folder: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    throw new PosternError(
      "CASE_NOT_FOUND",
      `${folder} cannot be read: ${messageOf(thrown)}`,
      { folder },
      thrown,
    );
  }
}

async function hashFile(path: string): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const part of createReadStream(path, { highWaterMark: STEP_BYTES })) {
    // eslint-disable-next-line postern/no-type-assertion -- a stream without an encoding gives buffers
    const bytes = part as Buffer;
    hash.update(bytes);
    sizeBytes += bytes.length;
  }
  return { sizeBytes, sha256: hash.digest("hex") };
}
