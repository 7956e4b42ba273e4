import { readAll } from "../../core/index.ts";
import { has, type Candidate, type Layout } from "./layout.ts";

const HEAD_BYTES = 4096;

/**
 * Recognises the folder of a case that Postern wrote. What it says was judged when it was written: its excerpts of attacks are no
 * traces of their own.
 */
export async function readOwnCase(candidate: Candidate): Promise<Layout | null> {
  if (!has(candidate, "file", "case.json") || !has(candidate, "file", "evidence.jsonl")) return null;
  const source = await candidate.open(["case.json"]);
  if (source === null) return null;
  const { bytes } = await readAll(source, HEAD_BYTES).finally(() => source.close());
  if (!/"schema":\s*"postern\.assessment\//u.test(new TextDecoder().decode(bytes))) return null;
  const describe: Layout["describe"] = () => ({ logicalPath: null, times: null, standing: "history" });
  return { server: null, remark: null, sparse: false, isOwnCase: true, describe };
}
