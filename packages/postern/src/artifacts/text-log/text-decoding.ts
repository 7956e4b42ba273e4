import { isAscii } from "node:buffer";

const utf8 = new TextDecoder("utf-8", { fatal: true });
const cp1252 = new TextDecoder("windows-1252");

/**
 * Decodes one line. Most are ASCII; others are tried as UTF-8, then read as Windows-1252, which never fails.
 * One wrong byte must not cost a line: lines with odd bytes are often the hostile ones.
 */
export function decodeLine(line: Uint8Array): {
  readonly text: string;
  readonly codePage: "utf-8" | "windows-1252";
} {
  if (isAscii(line))
    return {
      text: Buffer.from(line.buffer, line.byteOffset, line.length).toString("latin1"),
      codePage: "utf-8",
    };
  try {
    return { text: utf8.decode(line), codePage: "utf-8" };
  } catch {
    return { text: cp1252.decode(line), codePage: "windows-1252" }; // not UTF-8: the fall-back is the answer
  }
}
