import type { UtcDay } from "../model/index.ts";
import type { Build, Product } from "./build.ts";
import { compareBuilds, sameBranch } from "./build.ts";
import type { BuildRow, Knowledge } from "./rows.ts";

/** What the knowledge says about a build. */
export interface KnownBuild {
  readonly product: Product;
  readonly cu: string;
  /** `Mar21SU`; null when the build is the CU as shipped. */
  readonly su: string | null;
  readonly released: UtcDay;
  /** True when this very build is listed; false when the row is the highest listed one below it in its branch. */
  readonly exact: boolean;
  /** e.g. `Exchange 2016 CU18 Mar21SU`, `Exchange SE`. */
  readonly name: string;
  readonly row: BuildRow;
}

/** Names a row as administrators know it: `Exchange 2016 CU18 Mar21SU`, `Exchange SE RTM`. */
export function nameOf(row: BuildRow): string {
  return [`Exchange ${row.product}`, row.cu, ...(row.su === null ? [] : [row.su])].join(" ");
}

/** Finds the highest listed build of the same CU that is not above `build`; null when the CU is not listed. */
export function findBuild(knowledge: Knowledge, build: Build): KnownBuild | null {
  let low = 0;
  let high = knowledge.builds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = knowledge.builds[middle];
    if (row !== undefined && compareBuilds(row.build, build) <= 0) low = middle + 1;
    else high = middle;
  }
  const best = knowledge.builds[low - 1];
  if (best === undefined || !sameBranch(best.build, build)) return null;
  const { product, cu, su, released } = best;
  return {
    product,
    cu,
    su,
    released,
    exact: compareBuilds(best.build, build) === 0,
    name: nameOf(best),
    row: best,
  };
}

/**
 * The product of a build, also of one that is not listed; null for Exchange Online (15.20), 2010 and older, and anything else.
 * 2019 and SE share 15.2: SE starts at its first listed build.
 */
export function productOf(knowledge: Knowledge, build: Build): Product | null {
  const listed = findBuild(knowledge, build);
  if (listed !== null) return listed.product;
  const [major, minor] = build.parts;
  if (major !== 15) return null;
  if (minor === 0) return "2013";
  if (minor === 1) return "2016";
  if (minor !== 2) return null;
  const firstSe = knowledge.builds.find((row) => row.product === "SE");
  return firstSe !== undefined && compareBuilds(build, firstSe.build) >= 0 ? "SE" : "2019";
}

/** The newest listed build of a branch that was out on the given day, or null. */
export function newestInBranch(
  knowledge: Knowledge,
  product: Product,
  cu: string,
  day: UtcDay,
): BuildRow | null {
  return (
    knowledge.builds.findLast((row) => row.product === product && row.cu === cu && row.released <= day) ??
    null
  );
}
