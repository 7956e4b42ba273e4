import type { Event } from "../../model/index.ts";
import { mailRow, type MailRow } from "./mail-row.ts";
import { ALL_MAILBOXES } from "./names.ts";

/** Programs that copy an open mailbox database, by their command lines; copies leave no record in Exchange itself. */
const DATABASE_COPY: readonly RegExp[] = [
  /\besentutl(?:\.exe)?["']?\s.*\/y\b.*\.edb/iu,
  /\b(?:copy|xcopy|robocopy|move|7z|rar|makecab)\b.*\.edb\b/iu,
  /\bcopy-item\b.*\.edb\b/iu,
  /harddiskvolumeshadowcopy\d+\\.*(?:\.edb\b|\\mailbox\\)/iu,
];

/** Lower case: an event of which {@link traceRows} tells a copy holds one of them. */
export const COPY_LITERALS: readonly string[] = [".edb", "harddiskvolumeshadowcopy"];
/** Lower case: an event of which {@link traceRows} tells a written file holds one of them. */
export const WRITTEN_LITERALS: readonly string[] = [".pst"];

/** What Windows itself recorded: a database copied, or an Outlook data file written. */
export function traceRows(event: Event): readonly MailRow[] {
  if (event.artifact !== "windows-event") return [];
  const line = event.ecs["process.command_line"] ?? event.fields["ScriptBlockText"] ?? "";
  if (line !== "" && DATABASE_COPY.some((form) => form.test(line.slice(0, 4_000))))
    return [copyRow(event, line)];
  const file = writtenFile(event);
  return file === null ? [] : [fileRow(event, file)];
}

function copyRow(event: Event, line: string): MailRow {
  const parent = event.ecs["process.parent.name"] ?? "";
  return mailRow({
    kind: "database-copied",
    source: "process",
    sign: "trace",
    protocol: "Files",
    verb: (event.ecs["process.name"] ?? "script").replace(/^.*[\\/]/u, ""),
    mailbox: ALL_MAILBOXES,
    actor: event.ecs["user.name"] ?? null,
    detail: {
      target: line.slice(0, 500),
      scope: "a mailbox database file",
      ...(/w3wp|umworkerprocess/iu.test(parent) ? { abuse: "the web server started the copy" } : {}),
    },
  });
}

/** Path of an Outlook data file that somebody wrote: Sysmon 11, or Security 5145 and 4663 with the right to write. */
function writtenFile(event: Event): string | null {
  const code = event.ecs["event.code"];
  if (code !== "11" && code !== "5145" && code !== "4663") return null;
  const { fields, ecs } = event;
  const path =
    code === "5145"
      ? `${(fields["ShareName"] ?? "").replace(/^\\\\\*\\?/u, "")}\\${fields["RelativeTargetName"] ?? ""}`
      : (ecs["file.path"] ?? "");
  return /\.pst$/iu.test(path) ? path : null;
}

function fileRow(event: Event, path: string): MailRow {
  return mailRow({
    kind: "exported",
    source: "file",
    sign: "trace",
    protocol: "Files",
    verb: "file written",
    actor: event.ecs["user.name"] ?? null,
    detail: { target: path, process: event.ecs["process.name"] ?? "" },
  });
}
