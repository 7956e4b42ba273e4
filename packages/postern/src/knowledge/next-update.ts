import type { UtcDay } from "../model/index.ts";
import type { Build, Product } from "./build.ts";
import { compareBuilds } from "./build.ts";
import { findBuild, nameOf, newestInBranch, productOf } from "./find-build.ts";
import type { BuildRow, Knowledge } from "./rows.ts";

/** `extended`: only organisations that pay for extended updates get any. `out`: nobody does. */
export type Support = "supported" | "extended" | "out" | "unknown";

/** Whether a product got updates on a day. `unknown` before its release or for a product that is not listed. */
export function supportOf(knowledge: Knowledge, product: Product, day: UtcDay): Support {
  const life = knowledge.products.find((row) => row.product === product);
  if (life === undefined || day < life.released) return "unknown";
  if (life.endOfSupport === null || day <= life.endOfSupport) return "supported";
  return life.esu.some((period) => period.from <= day && day <= period.to) ? "extended" : "out";
}

/** What to install next. */
export interface NextUpdate {
  readonly action: "nothing" | "install-update" | "move-to-cu" | "change-product" | "unknown";
  /** The build to be on afterwards; null when nothing can be named. */
  readonly target: BuildRow | null;
  /** Plain words for an administrator. */
  readonly text: string;
}

/**
 * What to install next on a server with this build, as known on a day: the newest update of its CU while that CU gets
 * updates, else the newest CU and its update, and for a product out of support the way to Exchange SE.
 */
export function nextUpdateFor(knowledge: Knowledge, build: Build, day: UtcDay): NextUpdate {
  const product = productOf(knowledge, build);
  if (product === null) return unknown(`${build.text} is not a build of Exchange Server 2013 or later.`);
  const support = supportOf(knowledge, product, day);
  const current = currentCu(knowledge, product, day);
  if (support === "unknown" || current === null)
    return unknown(`No Exchange ${product} build is listed for ${day}.`);
  const cu = findBuild(knowledge, build)?.cu;
  const served = cu !== undefined && getsUpdates(knowledge, product, cu, day);
  const target = newestInBranch(knowledge, product, served ? cu : current.cu, day) ?? current;
  const own = served || cu === undefined ? null : newestInBranch(knowledge, product, cu, day);
  const next = withOwnUpdate(step(build, served, target), build, own);
  if (support === "supported") return next;
  return { action: "change-product", target, text: `${leave(product, support)} ${interim(next, product)}` };
}

function unknown(text: string): NextUpdate {
  return { action: "unknown", target: null, text };
}

function step(build: Build, served: boolean, target: BuildRow): NextUpdate {
  const kb = target.kb === null ? "" : ` (${target.kb})`;
  const goal = `${nameOf(target)}, build ${target.build.text}${kb}`;
  if (compareBuilds(build, target.build) >= 0)
    return { action: "nothing", target, text: "Nothing newer is known for this server." };
  if (served || target.kind === "CU" || target.kind === "RTM")
    return { action: served ? "install-update" : "move-to-cu", target, text: `Install ${goal}.` };
  const text = `Its CU gets no updates any more: install Exchange ${target.product} ${target.cu}, then ${goal}.`;
  return { action: "move-to-cu", target, text };
}

/** Where moving to another CU takes time, the last update of the own CU is better than nothing. */
function withOwnUpdate(next: NextUpdate, build: Build, own: BuildRow | null): NextUpdate {
  if (next.action !== "move-to-cu" || own === null || compareBuilds(build, own.build) >= 0) return next;
  return {
    ...next,
    text: `${next.text} If that takes time, install ${nameOf(own)}, build ${own.build.text}, at once.`,
  };
}

/** Sources of the ways: the upgrade paths that Microsoft documents for Exchange SE (fact `paths-to-se`). */
function leave(product: Product, support: Support): string {
  const state =
    support === "extended"
      ? `Exchange ${product} is out of support; updates go only to organisations that pay for extended updates.`
      : `Exchange ${product} is out of support and gets no updates any more.`;
  const way: Readonly<Record<Product, string>> = {
    "2013":
      "Set up a server with Exchange 2019, move everything to it, remove this one, then go on to Exchange SE.",
    "2016": "Set up a server with Exchange SE, move everything to it and remove this one.",
    "2019": "Go to Exchange SE: an upgrade in place from 2019 CU14 or CU15, else by way of 2019 CU15.",
    SE: "Go to the newest CU of Exchange SE.",
  };
  return `${state} ${way[product]}`;
}

function interim(next: NextUpdate, product: Product): string {
  if (next.action === "nothing")
    return `Until then there is nothing newer for Exchange ${product}; keep it off the internet.`;
  const text = next.text.replace("Its CU gets no updates any more: ", "");
  return `Until then, bring it to the last update that there is: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function cusOf(knowledge: Knowledge, product: Product, day: UtcDay): readonly BuildRow[] {
  return knowledge.builds.filter(
    (row) => row.product === product && (row.kind === "CU" || row.kind === "RTM") && row.released <= day,
  );
}

function currentCu(knowledge: Knowledge, product: Product, day: UtcDay): BuildRow | null {
  return cusOf(knowledge, product, day).at(-1) ?? null;
}

/**
 * A CU gets updates while it is the newest or, before SE, the one before it, and it got the newest update of the product
 * or came out after that one. The second test ends the life of the last CU but one where no newer CU follows.
 */
function getsUpdates(knowledge: Knowledge, product: Product, cu: string, day: UtcDay): boolean {
  const kept = cusOf(knowledge, product, day).slice(product === "SE" ? -1 : -2);
  const own = kept.find((row) => row.cu === cu);
  if (own === undefined) return false;
  const updates = knowledge.builds.filter(
    (row) => row.product === product && row.su !== null && row.released <= day,
  );
  const newest = updates.reduce((latest, row) => (row.released > latest ? row.released : latest), "");
  return own.released >= newest || updates.some((row) => row.cu === cu && row.released === newest);
}
