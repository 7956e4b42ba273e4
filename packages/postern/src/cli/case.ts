import { checkCase, isIntact, sealCase, type CaseCheck, type Deviation } from "../case/index.ts";
import { PosternError } from "../core/index.ts";
import { terminalLine } from "../report/index.ts";
import { EXIT } from "./exit-codes.ts";
import { listenForInterrupt } from "./interrupt.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `postern case`. */
export interface CaseFlags {
  readonly evidence: readonly string[];
  readonly key?: string;
  readonly note?: string;
  readonly again?: boolean;
  readonly expect?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `postern case seal|check`: seals a case, or says what was changed since. Gives the exit code. */
export async function caseCommand(
  what: string,
  folder: string,
  flags: CaseFlags,
  terminal: Terminal,
): Promise<number> {
  if (what === "seal") return seal(folder, flags, terminal);
  if (what === "check") return check(folder, flags, terminal);
  throw new PosternError("USAGE", `postern case can seal and check, not ${JSON.stringify(what)}`);
}

async function seal(folder: string, flags: CaseFlags, terminal: Terminal): Promise<number> {
  const sealed = await sealCase({
    folder,
    note: flags.note ?? "",
    nowMs: terminal.now(),
    keyFile: flags.key ?? null,
    again: flags.again === true,
  });
  terminal.out(`${sealed.sha256}  ${folder}/seal.json\n`);
  if (flags.quiet !== true)
    terminal.err(
      `Sealed: ${String(sealed.files)} files, ${String(sealed.items)} items of evidence${sealed.signed ? ", signed" : ""}.\n` +
        "Write the hash down where nobody who can change the case can change it, too: postern case check --expect <hash>\n",
    );
  return EXIT.clean;
}

async function check(folder: string, flags: CaseFlags, terminal: Terminal): Promise<number> {
  if (flags.expect !== undefined && !/^[0-9a-f]{64}$/iu.test(flags.expect))
    throw new PosternError(
      "USAGE",
      "--expect wants the SHA-256 that postern case seal printed: 64 hexadecimal digits",
    );
  const { signal, stop } = listenForInterrupt(terminal);
  try {
    const checked = await checkCase({
      folder,
      evidence: flags.evidence,
      keyFile: flags.key ?? null,
      expected: flags.expect?.toLowerCase() ?? null,
      signal,
    });
    if (flags.json === true) terminal.out(`${JSON.stringify(checked)}\n`);
    else terminal.out(text(checked));
    if (!isIntact(checked)) return EXIT.found;
    return checked.seal === "unsealed" ? EXIT.incomplete : EXIT.clean;
  } finally {
    stop();
  }
}

const SEALS: Readonly<Record<CaseCheck["seal"], (checked: CaseCheck) => string>> = {
  sealed: ({ sealedUtc }) => `Seal of ${terminalLine(sealedUtc ?? "", 40)}.`,
  unsealed: () => "The case is not sealed: only the chain of its list of evidence could be followed.",
  broken: () => "The seal is damaged, or not the one that was expected: somebody may have made it anew.",
};

const SIGNATURES: Readonly<Record<CaseCheck["signature"], string>> = {
  valid: "The signature fits the seal and the key.",
  invalid: "There is no signature of this key on this seal.",
  none: "The seal is not signed.",
  "not-checked": "The seal is signed; give the public key with --key to check it.",
};

/** Deviations shown; `--json` has all. */
const SHOWN = 50;

function text(checked: CaseCheck): string {
  const { deviations, evidence } = checked;
  const lines = [
    SEALS[checked.seal](checked),
    ...(checked.seal === "unsealed" && checked.signature === "none" ? [] : [SIGNATURES[checked.signature]]),
    deviations.length === 0 ? "Case: nothing differs." : `Case: ${String(deviations.length)} things differ.`,
    ...deviationLines(deviations),
  ];
  if (evidence === null) lines.push("Evidence: not looked at (give it with --evidence).");
  else {
    const differ = evidence.deviations.length;
    const unknown =
      evidence.unknown === 0 ? "" : `, ${String(evidence.unknown)} could not be read before either`;
    lines.push(`Evidence: ${String(evidence.same)} items as they were, ${String(differ)} differ${unknown}.`);
    lines.push(...deviationLines(evidence.deviations));
  }
  return `${lines.join("\n")}\n`;
}

function deviationLines(deviations: readonly Deviation[]): readonly string[] {
  const shown = deviations
    .slice(0, SHOWN)
    .map(
      ({ how, path, detail }) =>
        `  ${how.padEnd(10)} ${terminalLine(path, 300)}${detail === "" ? "" : ` (${terminalLine(detail, 300)})`}`,
    );
  const more = deviations.length - shown.length;
  return more === 0 ? shown : [...shown, `  and ${String(more)} more: see --json`];
}
