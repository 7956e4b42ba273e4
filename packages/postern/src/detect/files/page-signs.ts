import type { FileInput, FileReason } from "./judgement.ts";
import type { CodeSign } from "./code-sign.ts";
import { viewsOf, type PageView } from "./page/views.ts";
import { findCodeSigns } from "./read-code.ts";
import { excerptOf } from "./text.ts";
import { offsetInFile } from "./window.ts";

/** Characters of code shown with a reason. */
const EXCERPT = 160;

/** Reasons that a page's code gives, each kind once with its greatest weight. */
export function reasonsOfCode(input: FileInput): readonly FileReason[] {
  const best = new Map<string, FileReason>();
  for (const view of viewsOf(input.window.bytes)) {
    const signs = findCodeSigns(view.text, input.facts.name);
    for (const sign of [...signs, ...signsOfEncoding(view, signs)]) {
      const reason = reasonOf(sign, view, input);
      const old = best.get(reason.id);
      if (old === undefined || old.weight < reason.weight) best.set(reason.id, reason);
    }
  }
  return [...best.values()];
}

function reasonOf(sign: CodeSign, view: PageView, input: FileInput): FileReason {
  return {
    id: `content/${sign.id}`,
    text: sign.text,
    excerpt: excerptOf(view.text, sign.index, EXCERPT),
    offsetBytes: offsetInFile(input.window, view.offsetBytesOf(Math.min(sign.index, view.text.length))),
    weight: sign.weight,
  };
}

/** An encoding that nobody uses for pages is a way to hide; only where there is code that does something. */
function signsOfEncoding(view: PageView, signs: readonly CodeSign[]): readonly CodeSign[] {
  const [first] = signs;
  if (first === undefined) return [];
  if (view.unusual) {
    const text = `Its code is written in an encoding that no page of Exchange uses (${view.encoding}).`;
    return [{ id: "hidden-encoding", text, weight: 0.7, index: first.index }];
  }
  if (!view.scrambled) return [];
  return [
    {
      id: "scrambled",
      text: "Its code was scrambled with the Script Encoder.",
      weight: 0.15,
      index: first.index,
    },
  ];
}
