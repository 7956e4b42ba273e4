import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf, messageOf, PosternError } from "../../core/index.ts";
import { parseBuild } from "../build.ts";
import { type ListAbout, type ListedFile, ListWriter } from "./encode-list.ts";
import { type FileList, openFileList } from "./file-list.ts";

/** A list in a folder of lists. */
export interface StoredList {
  readonly path: string;
  /** Of the file, hex. */
  readonly sha256: string;
  readonly list: FileList;
}

/** One file a build: `15.1.2507.6.files.bin`. */
const ENDING = ".files.bin";

/**
 * Opens all lists of a folder, by name; none when the folder does not exist.
 * @throws PosternError BASELINE_INVALID when one of them cannot be used
 */
export function readListFolder(folder: string): readonly StoredList[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(ENDING))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      return {
        path,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        list: openFileList(bytes, path),
      };
    });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return [];
    throw new PosternError(
      "BASELINE_INVALID",
      `The folder of lists ${folder} cannot be read: ${messageOf(thrown)}`,
      { folder },
      thrown,
    );
  }
}

/**
 * Writes the files of each build as a list of its own into a folder, in place of an older list of that build.
 * @returns the lists, oldest build first
 * @throws PosternError BASELINE_INVALID when the folder cannot be written, LIMIT_EXCEEDED
 */
export function writeListFolder(
  folder: string,
  files: readonly ListedFile[],
  about: ListAbout,
): readonly StoredList[] {
  const writers = new Map<string, ListWriter>();
  for (const file of files) {
    const writer = writers.get(file.build.text) ?? new ListWriter();
    writers.set(file.build.text, writer);
    writer.add(file);
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const [build, writer] of writers) {
      const path = join(folder, `${build}${ENDING}`);
      // A list that was written half must not take the place of a whole one.
      writeFileSync(`${path}.part`, writer.finish(about));
      renameSync(`${path}.part`, path);
    }
  } catch (thrown) {
    if (thrown instanceof PosternError) throw thrown;
    throw new PosternError(
      "BASELINE_INVALID",
      `The list could not be written into ${folder}: ${messageOf(thrown)}`,
      { folder },
      thrown,
    );
  }
  return readListFolder(folder).filter(({ list }) =>
    list.builds.some((build) => writers.has(parseBuild(build)?.text ?? "")),
  );
}
