/** Where a stretch of lines goes and what heads the file. */
export interface LogFile {
  /** Path below the target folder, `/` between parts. */
  readonly path: string;
  /** Header lines for a file whose first line is of this time (ms since 1970). */
  readonly header: (firstTimeMs: number) => readonly string[];
  /** Exchange's own logs begin with a UTF-8 byte order mark. */
  readonly byteOrderMark: boolean;
}

/** A finished file in memory. */
export interface BuiltFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Modified time to give the file, ms since 1970. */
  readonly modifiedMs: number;
}

/** Collects the lines and files of one scenario before they are written. */
export interface Tree {
  /** Adds a line to a log; lines are sorted by time when the file is built, equal times keep their order. */
  readonly line: (file: LogFile, timeMs: number, text: string) => void;
  /** Adds a whole file. */
  readonly file: (path: string, content: string | Uint8Array, modifiedMs: number) => void;
  /** The last line of this log is cut after the given share of its length, without a line end. */
  readonly cutLastLine: (path: string) => void;
  /** Puts a log under another path. */
  readonly move: (from: string, to: string) => void;
  /** Every file, sorted by path. */
  readonly build: () => readonly BuiltFile[];
}

/** Stands in a text for one byte 0xE9, as a program that writes Windows-1252 leaves it (invalid as UTF-8). */
export const CP1252_E_ACUTE = "\uF8E9";

const CUT_KEEPS = 0.6;

interface OpenLog {
  file: LogFile;
  readonly lines: { readonly timeMs: number; readonly text: string }[];
  cut: boolean;
}

/** Makes an empty {@link Tree}. */
export function createTree(): Tree {
  const logs = new Map<string, OpenLog>();
  const files = new Map<string, BuiltFile>();
  return {
    line: (file, timeMs, text) => {
      let log = logs.get(file.path);
      if (log === undefined) {
        log = { file, lines: [], cut: false };
        logs.set(file.path, log);
      }
      log.lines.push({ timeMs, text });
    },
    file: (path, content, modifiedMs) => {
      const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
      files.set(path, { path, bytes, modifiedMs });
    },
    cutLastLine: (path) => {
      const log = logs.get(path);
      if (log === undefined) throw new RangeError(`no such log: ${path}`);
      log.cut = true;
    },
    move: (from, to) => {
      const log = logs.get(from);
      if (log === undefined) throw new RangeError(`no such log: ${from}`);
      log.file = { ...log.file, path: to };
    },
    build: () => {
      const built = [...files.values(), ...[...logs.values()].map(buildLog)];
      return built.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    },
  };
}

function buildLog(log: OpenLog): BuiltFile {
  const lines = [...log.lines].sort((a, b) => a.timeMs - b.timeMs);
  const first = lines[0]?.timeMs ?? 0;
  const modifiedMs = lines.at(-1)?.timeMs ?? 0;
  const texts = [...log.file.header(first), ...lines.map((line) => line.text)];
  let text = `${texts.join("\r\n")}\r\n`;
  if (log.cut) {
    const last = texts.at(-1) ?? "";
    text = text.slice(0, text.length - 2 - Math.ceil(last.length * (1 - CUT_KEEPS)));
  }
  const bytes = Buffer.from((log.file.byteOrderMark ? "\uFEFF" : "") + text, "utf8");
  return { path: log.file.path, bytes: withRawBytes(bytes), modifiedMs };
}

/** Replaces the three UTF-8 bytes of the stand-in by the one raw byte that it stands for. */
function withRawBytes(bytes: Buffer): Uint8Array {
  const standIn = Buffer.from(CP1252_E_ACUTE, "utf8");
  if (!bytes.includes(standIn)) return bytes;
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let found = bytes.indexOf(standIn); found >= 0; found = bytes.indexOf(standIn, from)) {
    parts.push(bytes.subarray(from, found), Uint8Array.of(0xe9));
    from = found + standIn.length;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}
