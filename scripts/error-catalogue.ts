/** Compares docs/errors.md with the catalogues in the sources, in both directions. */
import { ERROR_CODES } from "../packages/postern/src/core/index.ts";
import { GIVEN_PROBLEM_CODES, PACK_PROBLEM_CODES } from "../packages/postern/src/detect/index.ts";
import { BASELINE_PROBLEM_CODES } from "../packages/postern/src/knowledge/index.ts";
import { DAMAGE_CODES } from "../packages/postern/src/model/index.ts";

const SECTIONS: readonly { readonly title: string; readonly codes: readonly string[] }[] = [
  { title: "Errors", codes: ERROR_CODES },
  { title: "Damage", codes: DAMAGE_CODES },
  { title: "Problems", codes: [...PACK_PROBLEM_CODES, ...GIVEN_PROBLEM_CODES, ...BASELINE_PROBLEM_CODES] },
];
const PARTS = ["Means", "Lost", "Do"] as const;

/** The differences between the page's text and the catalogues, one sentence each; empty when they agree. */
export function findCatalogueFaults(page: string): readonly string[] {
  return SECTIONS.flatMap(({ title, codes }) => {
    const section = sectionOf(page, title);
    if (section === null) return [`docs/errors.md has no section "${title}"`];
    const entries = section.split(/^### /mu).slice(1);
    const explained = entries.map((entry) => /^`([A-Z0-9_]+)`/u.exec(entry)?.[1] ?? entry.slice(0, 40));
    return [
      ...codes
        .filter((code) => !explained.includes(code))
        .map((code) => `${code} is not explained under "${title}" in docs/errors.md`),
      ...explained
        .filter((code, index) => !codes.includes(code) || explained.indexOf(code) !== index)
        .map(
          (code) =>
            `docs/errors.md explains ${code} under "${title}", which the sources do not have (or twice)`,
        ),
      ...entries.flatMap((entry, index) =>
        PARTS.filter((part) => !new RegExp(`^- \\*\\*${part}:\\*\\* \\S`, "mu").test(entry)).map(
          (part) => `docs/errors.md does not say "${part}" for ${explained[index] ?? ""}`,
        ),
      ),
    ];
  });
}

function sectionOf(page: string, title: string): string | null {
  return page.split(/^## /mu).find((section) => section.startsWith(`${title}\n`)) ?? null;
}
