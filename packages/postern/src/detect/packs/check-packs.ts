import { basename } from "node:path";

import type { Problem } from "../../model/index.ts";
import type { Pack, PackRule } from "./pack.ts";

/** Tells what is wrong between packs, and between a pack's rules and its other files. */
export function checkPackLinks(packs: readonly Pack[]): readonly Problem[] {
  const byId = new Map(packs.map((pack) => [pack.id, pack]));
  return packs.flatMap((pack, index) => {
    const used = pack.uses.flatMap((id) => byId.get(id) ?? []);
    return [
      ...pack.uses
        .filter((id) => !byId.has(id))
        .map((id) => problemAt(`${basename(pack.folder)}/pack.yml`, `there is no pack "${id}" to use`)),
      ...repeatedKinds(pack, packs.slice(0, index)),
      ...wrongRules(pack, used),
    ];
  });
}

function problemAt(file: string, message: string): Problem {
  return { code: "PACK_RULE", severity: "error", at: { file, line: 1, column: 1 }, message };
}

/** Two texts for one kind: which one a reader gets would depend on the order of the packs. */
function repeatedKinds(pack: Pack, earlier: readonly Pack[]): readonly Problem[] {
  return earlier
    .filter(({ id }) => id !== pack.id)
    .flatMap((other) =>
      Object.keys(pack.kinds)
        .filter((kind) => Object.hasOwn(other.kinds, kind))
        .map((kind) =>
          problemAt(
            `${basename(pack.folder)}/kinds.yml`,
            `the kind "${kind}" stands in the pack "${other.id}" already`,
          ),
        ),
    );
}

function wrongRules(pack: Pack, used: readonly Pack[]): readonly Problem[] {
  const known = [pack, ...used];
  const kinds = new Set(known.flatMap((one) => Object.keys(one.kinds)));
  const cves = new Set(known.flatMap((one) => one.cves.map(({ id }) => id)));
  const seen = new Set<string>();
  return pack.rules.flatMap((rule) => {
    const found = mistakesOf(rule, pack, { kinds, cves });
    if (seen.has(rule.info.id)) found.push(`two rules have the id "${rule.info.id}"`);
    seen.add(rule.info.id);
    return found.map((message) => problemAt(rule.file, message));
  });
}

function mistakesOf(
  { info, file }: PackRule,
  pack: Pack,
  known: { readonly kinds: ReadonlySet<string>; readonly cves: ReadonlySet<string> },
): string[] {
  const mistakes: string[] = [];
  const expected = `${pack.id}/${basename(file).replace(/\.ya?ml$/, "")}`;
  if (info.id !== expected)
    mistakes.push(`postern.id is "${info.id}", but the file's name says "${expected}"`);
  if (!known.kinds.has(info.kind)) mistakes.push(`kinds.yml has no kind "${info.kind}"`);
  for (const cve of info.cves) {
    if (!known.cves.has(cve)) mistakes.push(`pack.yml has no ${cve}`);
  }
  return mistakes;
}
