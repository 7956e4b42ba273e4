import type { Indicators } from "../iocs/index.ts";
import type { GenuineFiles } from "./genuine.ts";
import type { FileFacts, FileReason } from "./judgement.ts";

/** Kinds of files that run when somebody asks for them. */
const RUNNABLE: ReadonlySet<string> = new Set(["page", "handler", "classic-asp", "renamed-page"]);

/** Folders in which the list of shipped pages is short and known, with how far another page there speaks for a back door. */
const GUARDED: Readonly<Record<string, readonly [weight: number, text: string]>> = {
  "owa-auth": [0.5, "Exchange ships no page of this name in the sign-in folder of Outlook on the web."],
  "ecp-auth": [0.5, "Exchange ships no page of this name in the sign-in folder of the admin center."],
  "aspnet-client": [0.5, "Exchange puts no page at all into aspnet_client."],
  oab: [0.5, "Exchange ships no page in the folder of the offline address book."],
  "frontend-other": [0.5, "Exchange ships no page in this front-end folder."],
  wwwroot: [0.3, "Exchange ships no page in the root of the web site; another application may have."],
};

const NAME_WEIGHT = { high: 0.3, medium: 0.2, low: 0.1 } as const;

/** What name and place of a file say, without its content. Never enough for a verdict of `webshell`. */
export function findPlaceSigns(
  facts: FileFacts,
  genuine: GenuineFiles,
  indicators: Indicators,
): readonly FileReason[] {
  if (facts.kind === null || !RUNNABLE.has(facts.kind)) return [];
  if (facts.folder === null ? facts.placeKnown : ships(facts, genuine)) return [];
  return [...placeSign(facts), ...nameSign(facts, indicators), ...likenessSign(facts, genuine)];
}

function ships(facts: FileFacts, genuine: GenuineFiles): boolean {
  if (facts.folder === "clientaccess" || facts.folder === "temporary-aspnet") return true;
  return genuine.ships(facts.folder ?? "", facts.inFolder ?? "");
}

function placeSign(facts: FileFacts): readonly FileReason[] {
  const guarded = GUARDED[facts.folder ?? ""];
  if (guarded === undefined) return [];
  const resources = facts.folder === "owa-auth" && (facts.inFolder ?? "").includes("/");
  const [weight, text] = resources
    ? ([0.6, "This folder holds scripts and pictures only, never a page."] as const)
    : guarded;
  return [{ id: `place/${facts.folder ?? ""}`, text, excerpt: "", offsetBytes: 0, weight }];
}

function nameSign(facts: FileFacts, indicators: Indicators): readonly FileReason[] {
  const found = indicators.findPageName(facts.path);
  if (found === null || (facts.folder === null && found.confidence !== "high")) return [];
  const weight = NAME_WEIGHT[found.confidence];
  const actor = found.actor === null ? "" : ` (${found.actor})`;
  const text = `Reports name a back door like this${actor}; names are shared and prove nothing alone.`;
  return [{ id: "name/published", text, excerpt: "", offsetBytes: 0, weight }];
}

/** `RedirSuiteServerProxy` beside `RedirSuiteServiceProxy`: names one or two letters away from a page that ships. */
function likenessSign(facts: FileFacts, genuine: GenuineFiles): readonly FileReason[] {
  if (facts.folder !== "owa-auth" && facts.folder !== "ecp-auth") return [];
  const name = facts.name.toLowerCase();
  const like = /^outlook[a-z]{2}\.aspx$/u.test(name)
    ? "outlookcn.aspx"
    : genuine.namesIn(facts.folder).find((shipped) => isNear(name, shipped));
  if (like === undefined || like === name) return [];
  return [
    {
      id: "name/look-alike",
      text: `The name is made to look like ${like}, which Exchange ships.`,
      excerpt: "",
      offsetBytes: 0,
      weight: 0.2,
    },
  ];
}

/** True when two names differ by few insertions, deletions or replacements: up to a third of the name, at most three. */
function isNear(a: string, b: string): boolean {
  const allowed = Math.min(3, Math.floor((b.length - ".aspx".length) / 3));
  if (Math.abs(a.length - b.length) > allowed || a.length > 64) return false;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let index = 0; index < a.length; index++) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (b[column - 1] === a[index] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? a.length) <= allowed;
}
