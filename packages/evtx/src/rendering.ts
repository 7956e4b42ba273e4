import type { ChunkData } from "./chunk-data.ts";
import { MalformedError } from "./damage.ts";
import type { Budget, Fragment } from "./fragment.ts";
import { openFragment, openInstance } from "./fragment.ts";

/** How values are written where tools differ. */
export interface Style {
  /** Digits behind the second: 7 are exact, evtx_dump writes 6. */
  readonly fractionDigits: number;
  /** `{..}` around GUIDs, as Windows writes them. */
  readonly guidBraces: boolean;
  /** Blanks at the end of texts are left out. */
  readonly trimEnd: boolean;
}

/** As Windows and its tools write values; texts keep every blank. */
export const WINDOWS_STYLE: Style = { fractionDigits: 7, guidBraces: true, trimEnd: false };

/** As evtx_dump writes values in JSON. */
export const DUMP_STYLE: Style = { fractionDigits: 6, guidBraces: false, trimEnd: true };

/** One output of one record on its way. */
export interface Rendering {
  readonly style: Style;
  readonly budget: Budget;
  readonly chunk: ChunkData;
  /** What could not be followed, one sentence each, without repetition. */
  readonly faults: string[];
}

/** Opens binary XML inside of a record; what cannot be followed is a fault and null. */
export function openNested(
  parent: Fragment,
  at: number,
  end: number | null,
  rendering: Rendering,
): Fragment | null {
  try {
    if (--rendering.budget.fragments < 0)
      throw new MalformedError("The record unfolds to too many fragments.");
    const known = parent.firstNestedAt === at ? parent.firstNested : parent.nested?.get(at);
    const opened = known ?? openNew(parent, at, end);
    return spend(rendering, opened.template.literalChars) ? opened : null;
  } catch (thrown) {
    if (!(thrown instanceof MalformedError)) throw thrown;
    addFault(rendering, thrown.message);
    return null;
  }
}

function openNew(parent: Fragment, at: number, end: number | null): Fragment {
  const { chunk } = parent;
  const standing = { depth: parent.depth + 1, carved: parent.carved };
  const opened =
    end === null
      ? openInstance(chunk, at, chunk.bytes.length, standing)
      : openFragment(chunk, at, end, standing);
  if (parent.firstNested === null) {
    parent.firstNested = opened;
    parent.firstNestedAt = at;
  } else {
    parent.nested ??= new Map();
    parent.nested.set(at, opened);
  }
  return opened;
}

/** Takes characters from the budget; false when it is used up, and then a fault says so and no more fragments are opened. */
export function spend(rendering: Rendering, chars: number): boolean {
  const { budget, chunk } = rendering;
  budget.chars -= chars;
  budget.share -= chars;
  if (budget.share >= 0) return true;
  chunk.excess -= Math.min(chars, -budget.share);
  if (budget.chars >= 0 && chunk.excess >= 0) return true;
  budget.fragments = 0;
  addFault(rendering, "The record unfolds to more text than any event holds; the rest of it is left out.");
  return false;
}

function addFault(rendering: Rendering, fault: string): void {
  if (!rendering.faults.includes(fault)) rendering.faults.push(fault);
}
