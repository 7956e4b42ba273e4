import type { Verdict } from "../model/index.ts";

/** Exit codes of `assess`; part of the public interface. */
export const EXIT = { clean: 0, found: 1, usage: 2, incomplete: 3, interrupted: 130 } as const;

/** From which verdict on exit code 1 is given: see `--fail-on`. */
export const FAIL_ON = ["attempted", "compromised", "never"] as const;
/** A value of `--fail-on`. */
export type FailOn = (typeof FAIL_ON)[number];

/** The exit code for a verdict. Evidence too incomplete to tell is 3, whatever `failOn` says, except `never`. */
export function exitCodeOf(verdict: Verdict, failOn: FailOn): number {
  if (failOn === "never" || verdict === "no-trace") return EXIT.clean;
  if (verdict === "cannot-tell") return EXIT.incomplete;
  return verdict === "compromised" || failOn === "attempted" ? EXIT.found : EXIT.clean;
}

/** From which verdict on `postern scan` ends with exit code 1. */
export const SCAN_FAIL_ON = ["suspicious", "webshell", "never"] as const;

/** What `postern collect --to` can make. */
export const COLLECTORS = ["powershell", "velociraptor", "kape"] as const;
