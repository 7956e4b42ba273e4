import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { codeOf, messageOf, PosternError } from "../core/index.ts";
import { checkEvidence, type Deviation, type EvidenceCheck } from "./check-evidence.ts";
import { readCase } from "./case-folder.ts";
import { chainEvidence, readChain, type ReadChain } from "./evidence-chain.ts";
import { SEAL_SCHEMA, sha256Of } from "./seal-case.ts";
import { verifyBytes } from "./seal-signature.ts";
import { readCaseContent, SEAL_NAMES, type SealedFile } from "./sealed-files.ts";

/** What to check. */
export interface CheckOptions {
  readonly folder: string;
  /** Evidence to read again; empty: only the case. */
  readonly evidence: readonly string[];
  /** File with the public key; null: a signature is not looked at. */
  readonly keyFile: string | null;
  /** SHA-256 of the seal as somebody wrote it down; null when nobody did. */
  readonly expected: string | null;
  readonly signal?: AbortSignal | null;
}

/** What was found. */
export interface CaseCheck {
  /** `sealed`: compared with the seal. `unsealed`: there is none, only the chain of evidence was followed. `broken`: the seal itself is damaged or not the expected one. */
  readonly seal: "sealed" | "unsealed" | "broken";
  readonly sealedUtc: string | null;
  readonly sealSha256: string | null;
  /** `valid`, `invalid`, `none` there, `not-checked` for want of a key. */
  readonly signature: "valid" | "invalid" | "none" | "not-checked";
  /** Files of the case that differ; lines of the chain that were changed. */
  readonly deviations: readonly Deviation[];
  /** Null when no evidence was given. */
  readonly evidence: EvidenceCheck | null;
}

/** Compares a case, and evidence, with what was sealed. @throws PosternError CASE_NOT_FOUND, EVIDENCE_NOT_FOUND, USAGE, INTERRUPTED */
export async function checkCase(options: CheckOptions): Promise<CaseCheck> {
  const { folder, evidence, keyFile, expected } = options;
  refuseWhatIsNoCase(folder);
  const { files, others } = await readCaseContent(folder);
  const links = others.map((path): Deviation => ({
    path,
    how: "added",
    detail: "no file: a link or a device",
  }));
  const chain = readList(folder);
  const bytes = readOrNull(join(folder, SEAL_NAMES.seal));
  const seal = bytes === null ? null : parseSeal(bytes);
  const sealSha256 = bytes === null ? null : sha256Of(bytes);
  const isBroken = (bytes !== null && seal === null) || (expected !== null && expected !== sealSha256);
  const differing = seal === null ? compareLists(folder) : compareFiles(seal.files, files);
  const deviations = [...differing, ...links, ...breaksOf(chain)];
  return {
    seal: isBroken ? "broken" : seal === null ? "unsealed" : "sealed",
    sealedUtc: seal?.sealedUtc ?? null,
    sealSha256,
    signature: checkSignature(folder, bytes, keyFile),
    deviations: deviations.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    evidence:
      evidence.length === 0 ? null : await checkEvidence(chain.entries, evidence, options.signal ?? null),
  };
}

/** True when nothing differs and everything that was asked could be checked. */
export function isIntact({ seal, signature, deviations, evidence }: CaseCheck): boolean {
  if (seal === "broken" || signature === "invalid" || deviations.length > 0) return false;
  return (evidence?.deviations.length ?? 0) === 0;
}

/** Any one of them makes a folder a case, so that one which lost the others is compared and not refused. */
const MARKS = ["case.json", "evidence.jsonl", SEAL_NAMES.seal];

/** Before anything is hashed: a wrong folder may be a whole disk. */
function refuseWhatIsNoCase(folder: string): void {
  if (MARKS.some((name) => existsSync(join(folder, name)))) return;
  throw new PosternError(
    "CASE_NOT_FOUND",
    `${whyNoCase(folder)}: give the folder that \`postern assess -o\` wrote`,
    { folder },
  );
}

function whyNoCase(folder: string): string {
  if (!existsSync(folder)) return `${folder} does not exist, or may not be seen`;
  return statSync(folder).isDirectory()
    ? `${folder} holds no case (none of ${MARKS.join(", ")})`
    : `${folder} is a file and no case`;
}

/** A list that is gone has no line that could be wrong; that it is gone is told apart. */
function readList(folder: string): ReadChain {
  return readChain(readOrNull(join(folder, "evidence.jsonl"))?.toString("utf8") ?? "");
}

function readOrNull(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return null;
    throw new PosternError("CASE_NOT_FOUND", `${path} cannot be read`, { path }, thrown);
  }
}

function breaksOf({ breaks }: ReadChain): readonly Deviation[] {
  return breaks.map((line) => ({
    path: `evidence.jsonl, line ${String(line)}`,
    how: "changed",
    detail: "it does not follow from the line before it: that one, or one between them, was changed",
  }));
}

/** Without a seal, the list of evidence can still be compared with the one in the assessment. */
function compareLists(folder: string): readonly Deviation[] {
  try {
    const list = readOrNull(join(folder, "evidence.jsonl"))?.toString("utf8");
    if (list === undefined) return [{ path: "evidence.jsonl", how: "missing", detail: "" }];
    if (list === chainEvidence(readCase(folder).evidence)) return [];
    return [{ path: "evidence.jsonl", how: "changed", detail: "it is not the list that case.json has" }];
  } catch (thrown) {
    if (codeOf(thrown) !== "CASE_MALFORMED" && codeOf(thrown) !== "CASE_NOT_FOUND") throw thrown;
    return [{ path: "case.json", how: "changed", detail: messageOf(thrown) }];
  }
}

function compareFiles(sealed: readonly SealedFile[], files: readonly SealedFile[]): readonly Deviation[] {
  const now = new Map(files.map((file) => [file.path, file]));
  const were = new Set(sealed.map((file) => file.path));
  const gone = sealed.flatMap((file): readonly Deviation[] => {
    const is = now.get(file.path);
    if (is === undefined) return [{ path: file.path, how: "missing", detail: `SHA-256 ${file.sha256}` }];
    if (is.sha256 === file.sha256) return [];
    return [{ path: file.path, how: "changed", detail: `SHA-256 was ${file.sha256}, is ${is.sha256}` }];
  });
  const added = files.filter((file) => !were.has(file.path));
  return [
    ...gone,
    ...added.map((file): Deviation => ({ path: file.path, how: "added", detail: `SHA-256 ${file.sha256}` })),
  ];
}

function checkSignature(folder: string, seal: Buffer | null, keyFile: string | null): CaseCheck["signature"] {
  const signature = readOrNull(join(folder, SEAL_NAMES.signature));
  if (keyFile === null) return signature === null ? "none" : "not-checked";
  // Whoever gives a key expects a signature: a case without one could be anybody's.
  const fits = verifyBytes(seal ?? NOTHING, signature ?? NO_SIGNATURE, keyFile);
  return fits ? "valid" : "invalid";
}

const NOTHING = new Uint8Array(0);
const NO_SIGNATURE = new Uint8Array(64);

/** What a check uses of a seal. */
interface ReadSeal {
  readonly sealedUtc: string;
  readonly files: readonly SealedFile[];
}

function parseSeal(bytes: Buffer): ReadSeal | null {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
  const fields = fieldsOf(value);
  const files = fields.get("files");
  const sealedUtc = fields.get("sealedUtc");
  if (fields.get("schema") !== SEAL_SCHEMA || !Array.isArray(files) || typeof sealedUtc !== "string")
    return null;
  const read = files.map((file: unknown): SealedFile | null => {
    const [path, sizeBytes, sha256] = ["path", "sizeBytes", "sha256"].map((name) => fieldsOf(file).get(name));
    if (typeof path !== "string" || typeof sizeBytes !== "number" || typeof sha256 !== "string") return null;
    return { path, sizeBytes, sha256 };
  });
  const whole = read.filter((file) => file !== null);
  return whole.length === read.length ? { sealedUtc, files: whole } : null;
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}
