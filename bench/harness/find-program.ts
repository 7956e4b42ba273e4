import { spawnSync } from "node:child_process";

/** A program that a user would otherwise run. */
export interface Peer {
  readonly file: string;
  /** What makes it tell its version. */
  readonly versionArgs: readonly string[];
}

/** First line of what the program says of its version, or null when it is not installed. */
export function versionOf(peer: Peer): string | null {
  const asked = spawnSync(peer.file, peer.versionArgs, { encoding: "utf8" });
  if (asked.error !== undefined) return null;
  return `${asked.stdout}${asked.stderr}`.split("\n")[0]?.trim() ?? "";
}
