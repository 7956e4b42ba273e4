import type { GivenMatcher, GivenMeaning } from "../../detect/index.ts";
import type { IndicatorList } from "../../model/index.ts";
import type { ItemResult } from "../../scan/index.ts";
import type { ServerMap } from "../servers/resolve-servers.ts";
import { citeFile, MAX_CITATIONS } from "./citations.ts";
import { newDraft, surer, type Draft } from "./draft.ts";

/** Indicators that one finding tells one by one. */
const MAX_TOLD = 8;
/** An address with more accounts than this is that of a school, an office or a provider. */
const MAX_ACCOUNTS_OF_ONE = 3;

/** Says in each draft made of given indicators which of them were seen, what their list says, and why that may mean little. */
export function explainGiven(drafts: readonly Draft[], matcher: GivenMatcher): void {
  for (const draft of drafts) {
    const meanings = [...draft.rules].sort().flatMap((rule) => matcher.meaningOf(rule) ?? []);
    if (meanings.length === 0) continue;
    for (const meaning of meanings.slice(0, MAX_TOLD)) explain(draft, meaning);
    if (meanings.length > MAX_TOLD)
      draft.why.add(`And ${String(meanings.length - MAX_TOLD)} more indicators of the list.`);
    const accounts = draft.entities.values("users").length;
    if (draft.kind === "given-address" && accounts > MAX_ACCOUNTS_OF_ONE)
      draft.doubt.add(
        `${String(accounts)} accounts were used from these addresses: they may be shared by people of your own.`,
      );
  }
}

function explain(draft: Draft, { indicator, late }: GivenMeaning): void {
  const { value, note, confidence, weak, fromMs, toMs } = indicator;
  const said = note === "" ? "" : `, of which the list says "${note}"`;
  draft.why.add(`${value.slice(0, 200)} (confidence of the list: ${confidence})${said}.`);
  if (weak !== "") draft.doubt.add(`${value}: ${weak} That is weak evidence.`);
  if (late)
    draft.doubt.add(
      `${value} was seen far outside of the days of the list (${dayText(fromMs)} to ${dayText(toMs)}): by then it may have belonged to somebody else. That is weak evidence.`,
    );
}

function dayText(timeMs: number | null): string {
  return timeMs === null ? "open" : new Date(timeMs).toISOString().slice(0, 10);
}

/** One finding for the files of a server that a given hash, path or name fits. */
export function draftFromGivenFiles(
  items: readonly ItemResult[],
  servers: ServerMap,
  matcher: GivenMatcher,
): readonly Draft[] {
  const drafts = new Map<string, Draft>();
  for (const item of items) {
    const found = item.sha256 === "" ? [] : matcher.matchFile(item.path, item.sha256);
    if (found.length === 0) continue;
    const server = servers.ofItem(item.index, null).id;
    const draft = drafts.get(server) ?? newDraft(server, "given-file", true);
    drafts.set(server, draft);
    draft.count++;
    draft.entities.add("files", item.path);
    draft.entities.add("hashes", item.sha256);
    for (const index of found) {
      draft.rules.add(`given/${String(index)}`);
      draft.confidence = surer(draft.confidence, matcher.indicators[index]?.confidence ?? "low");
    }
    if (item.standing === "history")
      draft.doubt.add("A file lies in a quarantine, backup or investigation folder: it says what was there.");
    if (draft.citations.length < MAX_CITATIONS)
      draft.citations.push(citeFile(item, { offsetBytes: 0, excerpt: "" }));
  }
  return [...drafts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, draft]) => draft);
}

/** The lists with how many of their indicators were seen. */
export function countSeen(
  given: { readonly matcher: GivenMatcher; readonly lists: readonly Omit<IndicatorList, "seen">[] },
  drafts: readonly Draft[],
): readonly IndicatorList[] {
  const seen = new Set(
    drafts.flatMap((draft) => [...draft.rules]).flatMap((rule) => given.matcher.meaningOf(rule)?.index ?? []),
  );
  let from = 0;
  return given.lists.map(({ unused, ...list }) => {
    const first = from;
    from += list.used;
    return { ...list, seen: [...seen].filter((index) => index >= first && index < from).length, unused };
  });
}
