import { closeSync, constants, openSync, read, readSync } from "node:fs";
import { fromBytes, messageOf } from "../../core/index.ts";
import type { ByteSource } from "../../core/index.ts";
import type { FaultSink } from "../found.ts";

/** Read only; never follows a link put in the file's place; never waits for a pipe's other end. Windows has no such flags. */
export const READ_ONLY: number = constants.O_RDONLY | flag("O_NOFOLLOW") | flag("O_NONBLOCK");

function flag(name: "O_NOFOLLOW" | "O_NONBLOCK"): number {
  const found: Partial<Record<string, number>> = constants;
  return found[name] ?? 0;
}

/**
 * An open file, cut at the size it had when it was listed: a log that grows while it is read gives the same bytes. It is opened and closed in this
 * thread, which is faster than asking the pool, for thousands of small files above all.
 */
export function openFile(path: string | Buffer, sizeBytes: number, sink: FaultSink): ByteSource {
  try {
    const fd = openSync(path, READ_ONLY);
    let buffer = new Uint8Array(0);
    const reader = new TurnTaker(fd);
    let isClosed = false;
    const wantedAt = (offsetBytes: number, lengthBytes: number): number =>
      Math.max(0, Math.min(lengthBytes, sizeBytes - offsetBytes));
    const readInto = async (offsetBytes: number, room: Uint8Array): Promise<Uint8Array> => {
      const wanted = wantedAt(offsetBytes, room.length);
      let got = 0;
      try {
        while (got < wanted) {
          const into = room.subarray(got, wanted);
          const bytesRead =
            reader.readNow(into, offsetBytes + got) ?? (await reader.read(into, offsetBytes + got));
          if (bytesRead === 0) break;
          got += bytesRead;
        }
      } catch (thrown) {
        sink({
          code: "FILE_UNREADABLE",
          lost: "rest",
          note: `reading failed: ${messageOf(thrown)}`,
          offsetBytes: offsetBytes + got,
        });
        return room.subarray(0, got);
      }
      if (got < wanted) {
        sink({
          code: "FILE_CHANGED_WHILE_READ",
          lost: "rest",
          note: "the file became shorter while it was read",
          offsetBytes: offsetBytes + got,
        });
      }
      return room.subarray(0, got);
    };
    return {
      sizeBytes,
      readInto,
      read(offsetBytes, lengthBytes) {
        const wanted = wantedAt(offsetBytes, lengthBytes);
        if (buffer.length < wanted) buffer = new Uint8Array(wanted);
        return readInto(offsetBytes, buffer.subarray(0, wanted));
      },
      close: () => {
        if (!isClosed) closeSync(fd);
        isClosed = true;
        return Promise.resolve();
      },
    };
  } catch (thrown) {
    sink({ code: "FILE_UNREADABLE", lost: "file", note: unreadableNote(thrown), offsetBytes: 0 });
    return fromBytes(new Uint8Array(0));
  }
}

/** Bytes read in this thread before others get their turn: a few milliseconds of work. */
const BYTES_AT_A_STRETCH = 8 << 20;

/**
 * Reads a file in this thread: what lies in the system's cache comes faster than a thread of the pool is asked, and the system reads ahead of
 * what does not. Now and then it reads through the pool, so that messages, signals and progress are not kept waiting.
 */
class TurnTaker {
  readonly #fd: number;
  #stretch = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Number of bytes read; null when it is the turn of others: then {@link read}. */
  readNow(into: Uint8Array, offsetBytes: number): number | null {
    if (this.#stretch + into.length > BYTES_AT_A_STRETCH) return null;
    const got = readSync(this.#fd, into, 0, into.length, offsetBytes);
    this.#stretch += got;
    return got;
  }

  read(into: Uint8Array, offsetBytes: number): Promise<number> {
    this.#stretch = 0;
    return new Promise((resolve, reject) => {
      read(this.#fd, into, 0, into.length, offsetBytes, (error, bytesRead) => {
        if (error === null) resolve(bytesRead);
        else reject(error);
      });
    });
  }
}

/** Why a file could not be opened, with what to do where that is known. */
export function unreadableNote(thrown: unknown): string {
  const message = messageOf(thrown);
  if (/\b(?:EBUSY|EACCES|EPERM)\b/.test(message)) {
    return `cannot be opened (${message}): run as administrator, or read it from a copy or a shadow copy if a program holds it`;
  }
  return `cannot be opened (${message})`;
}
