import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, PosternError } from "../core/index.ts";
import type { Verification } from "../model/index.ts";
import type { ReturnedImplant } from "../plan/index.ts";
import { renderVerificationMarkdown } from "../report/index.ts";

const FOLDER = "verify";

/** Keeps a verification in the old case, each under the next number. @throws PosternError CASE_WRITE_FAILED */
export function writeVerification(
  folder: string,
  verification: Verification,
): { readonly json: string; readonly markdown: string } {
  const target = join(folder, FOLDER);
  try {
    mkdirSync(target, { recursive: true });
    const number = String(readdirSync(target).filter((name) => name.endsWith(".json")).length + 1);
    const json = join(target, `${number.padStart(3, "0")}.json`);
    const markdown = join(target, `${number.padStart(3, "0")}.md`);
    writeFileSync(json, `${JSON.stringify(verification, null, 1)}\n`, { flag: "wx" });
    writeFileSync(markdown, renderVerificationMarkdown(verification), { flag: "wx" });
    return { json, markdown };
  } catch (thrown) {
    const message = `the verification could not be written to ${target}: ${messageOf(thrown)}`;
    throw new PosternError("CASE_WRITE_FAILED", message, { folder }, thrown);
  }
}

/** Back doors that came back, as the verifications of this case found them. @throws PosternError CASE_MALFORMED */
export function readReturned(folder: string): readonly ReturnedImplant[] {
  const source = join(folder, FOLDER);
  if (!existsSync(source)) return [];
  const names = readdirSync(source).filter((name) => /^\d{3,}\.json$/u.test(name));
  return names.sort().flatMap((name) => returnedOf(join(source, name)));
}

function returnedOf(path: string): readonly ReturnedImplant[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (thrown) {
    throw new PosternError("CASE_MALFORMED", `${path} is no JSON: ${messageOf(thrown)}`, { path }, thrown);
  }
  if (!isVerification(value))
    throw new PosternError("CASE_MALFORMED", `${path} is no verification`, { path });
  const serverOf = new Map(value.findings.map(({ finding, server }) => [finding, server] as const));
  return value.added.flatMap(({ comesFrom }) => {
    const server = comesFrom === null ? undefined : serverOf.get(comesFrom);
    return comesFrom === null || server === undefined ? [] : [{ server, finding: comesFrom }];
  });
}

function isVerification(value: unknown): value is Verification {
  return (
    typeof value === "object" &&
    value !== null &&
    "schema" in value &&
    value.schema === "postern.verification/1" &&
    "findings" in value &&
    Array.isArray(value.findings) &&
    "added" in value &&
    Array.isArray(value.added)
  );
}
