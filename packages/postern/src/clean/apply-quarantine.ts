import type { QuarantineAction } from "../model/index.ts";
import { containerOf, copyIntoQuarantine, hasGoodCopy } from "./quarantine.ts";
import type { CleanContext, StepOutcome } from "./outcome.ts";
import type { Refusal } from "./place.ts";
import { beforeOf, findEntry, isUntouched, openSource, type SourceFile } from "./source-file.ts";
import { historyOf, type StepHistory } from "./step-history.ts";

/**
 * Moves one file into the quarantine: copy, compare, look again, remove, and each of it in the journal before the next. After a crash the same
 * call goes on. Throws Node's own errors where the disk refuses; then nothing is removed that was not copied.
 */
export function applyQuarantine(step: string, action: QuarantineAction, context: CleanContext): StepOutcome {
  const history = historyOf(context.journal.entries, step);
  if (history.phase === "restoring") return told(step, "refused", UNDO_FIRST);
  const source = openSource(context, action.path);
  if (isSourceRefusal(source)) return withoutSource(step, source, history, context);
  try {
    if (source.sha256 !== action.sha256)
      return told(
        step,
        "refused",
        history.phase === "removed"
          ? `Another file of this name is there now (${action.path}). It is left alone: assess again.`
          : `${action.path} changed since it was found. It is left alone: assess again.`,
      );
    if (history.phase === "removed")
      return told(
        step,
        "refused",
        `The same file is there again after it was removed (${action.path}). Something puts it back: plan again, and rebuild.`,
      );
    if (!context.act)
      return told(step, "would", `Would move ${source.place.shown} into the quarantine of the case.`);
    return moveAway(step, action, source, { context, history });
  } finally {
    source.close();
  }
}

const UNDO_FIRST = "Taking this step back was interrupted. Run undo again first.";

function isSourceRefusal(source: SourceFile | Refusal): source is Refusal {
  return "refused" in source;
}

function told(step: string, result: StepOutcome["result"], text: string): StepOutcome {
  return { step, result, text };
}

/** Nothing to open: done already, done just before a crash, or gone for another reason. */
function withoutSource(
  step: string,
  refusal: Refusal,
  history: StepHistory,
  context: CleanContext,
): StepOutcome {
  if (refusal.refused !== "missing") return told(step, "refused", refusal.text);
  if (history.phase === "removed") return told(step, "already", "It was moved into the quarantine before.");
  if (history.phase === "removing" && hasGoodCopy(step, history, context)) {
    if (context.act) context.journal.add({ act: "removed", step });
    return told(
      step,
      context.act ? "done" : "would",
      "It was removed just before an interruption; the copy is good.",
    );
  }
  return told(
    step,
    "refused",
    `${refusal.text} Somebody or an antivirus removed it; look into the antivirus's own quarantine.`,
  );
}

function moveAway(
  step: string,
  action: QuarantineAction,
  source: SourceFile,
  { context, history }: { readonly context: CleanContext; readonly history: StepHistory },
): StepOutcome {
  const { disk, journal } = context;
  if (history.before?.sha256 !== source.sha256)
    journal.add({ act: "begin", step, before: beforeOf(action.path, source) });
  const containerSha256 = copyIntoQuarantine(step, source, context, action.path);
  journal.add({
    act: "copied",
    step,
    container: containerOf(step, context.caseFolder).below,
    containerSha256,
  });
  if (!isUntouched(disk, source))
    return told(step, "refused", `${action.path} changed while it was copied. It is left alone.`);
  journal.add({ act: "removing", step });
  disk.remove(source.place.path);
  source.place.sync();
  if (findEntry(disk, source.place.path) !== null)
    return told(
      step,
      "failed",
      `${action.path} was removed and is there again at once. Something puts it back.`,
    );
  journal.add({ act: "removed", step });
  const others =
    source.entry.names > 1
      ? ` The same content has ${String(source.entry.names - 1)} more name(s) on this disk.`
      : "";
  return told(step, "done", `${source.place.shown} is in the quarantine of the case.${others}`);
}
