import { parseCmdletParameters } from "../../events/index.ts";
import type { Event } from "../../model/index.ts";
import type { MailDetail, MailSourceId } from "./mail-row.ts";

/** Parameters by name in lower case. */
export type Parameters = Readonly<Record<string, string>>;

/** A command that ran, from whichever log. */
export interface Command {
  readonly source: MailSourceId;
  /** Lower case. */
  readonly name: string;
  /** Names in lower case. */
  readonly parameters: Parameters;
  readonly caller: string | null;
  readonly detail: MailDetail;
  /** Object that the record names besides the parameters; empty when it does not. */
  readonly object: string;
}

/** Reads a command out of whichever log has it; null when it failed, or its name (lower case) is not one that `isKnown` knows. */
export function readCommand(event: Event, isKnown: Known): Command | null {
  switch (event.artifact) {
    case "exchange-cmdlet":
      return named(event, isKnown, { source: "cmdlet", caller: event.fields["AuthenticatedUser"] });
    case "exchange-audit":
      return named(event, isKnown, { source: "audit", caller: event.fields["UserId"] });
    case "exchange-ecp-server":
      return dotted(event, isKnown);
    case "windows-event":
      return event.ecs["winlog.channel"] === "MSExchange Management"
        ? managed(event, isKnown)
        : scripted(event, isKnown);
    default:
      return null;
  }
}

function managed(event: Event, isKnown: Known): Command | null {
  return event.ecs["event.code"] === "1"
    ? named(event, isKnown, { source: "management", caller: event.fields["Caller"] })
    : null;
}

function named(
  event: Event,
  isKnown: Known,
  { source, caller }: { readonly source: MailSourceId; readonly caller: string | undefined },
): Command | null {
  const { fields } = event;
  const name = (fields["Cmdlet"] ?? "").toLowerCase();
  if (!isKnown(name) || FAILED.test(fields["ExecutionResult"] ?? "")) return null;
  const sid = fields["CallerSid"] ?? fields["ExecutingUserSid"];
  const program = fields["CallerProcess"] ?? fields["ProcessName"];
  return {
    source,
    name,
    parameters: lowered(parseCmdletParameters(fields["Parameters"] ?? "")),
    caller: caller === undefined || caller === "" ? (sid ?? null) : caller,
    detail: {
      ...(sid === undefined ? {} : { callerSid: sid }),
      ...(program === undefined ? {} : { process: program }),
    },
    object: fields["ObjectId"] ?? "",
  };
}

const FAILED = /error|fail|false/iu;

type Known = (name: string) => boolean;

/** The control panel's form: `New-InboxRule.Name='x'.ForwardTo='y'`, several joined by `|`. */
function dotted(event: Event, isKnown: Known): Command | null {
  const text = event.fields["S:CMD"] ?? "";
  if (/\S/u.test(event.fields["S:EX"] ?? "")) return null;
  const found = [...text.matchAll(/(?:^|[|;\s])([A-Za-z]{2,30}-[A-Za-z]{2,60})(?=\.|$)/gu)].find((match) =>
    isKnown((match[1] ?? "").toLowerCase()),
  );
  if (found?.[1] === undefined) return null;
  const rest = text.slice(found.index + found[0].length);
  const seams = [...rest.matchAll(/\.([A-Za-z][A-Za-z0-9]{1,60})=/gu)];
  const pairs = seams.map((seam, index): readonly [string, string] => {
    const value = rest.slice(seam.index + seam[0].length, seams[index + 1]?.index ?? rest.length);
    return [(seam[1] ?? "").toLowerCase(), value.replace(/^'+|'+$/gu, "")];
  });
  return {
    source: "ecp",
    name: found[1].toLowerCase(),
    parameters: Object.fromEntries(pairs),
    caller: null,
    detail: {},
    object: "",
  };
}

/** PowerShell on the server itself: script text of 4104, and the lines of 800; a command there ran, or was about to. */
function scripted(event: Event, isKnown: Known): Command | null {
  const code = event.ecs["event.code"];
  if (code !== "4104" && code !== "800") return null;
  const text = (event.fields["ScriptBlockText"] ?? event.fields["Data"] ?? "").slice(0, 20_000);
  const found = [...text.matchAll(/(?:^|[\s;|({])([A-Za-z]{3,8}-[A-Za-z]{4,40})(?=\s+-)/gu)].find((match) =>
    isKnown((match[1] ?? "").toLowerCase()),
  );
  if (found?.[1] === undefined) return null;
  const rest = text.slice(found.index + found[0].length).split(/[\r\n;|]/u)[0] ?? "";
  return {
    source: "script",
    name: found[1].toLowerCase(),
    parameters: scriptParameters(rest),
    caller: event.fields["UserID"] ?? event.fields["SecurityUserID"] ?? null,
    detail: { process: "powershell on the server" },
    object: "",
  };
}

/** Parameters as people type them: `-Name value -Other 'two words' -Switch`. */
function scriptParameters(text: string): Parameters {
  const parameters: Record<string, string> = {};
  let name = "";
  for (const [, quoted, plain] of text.matchAll(/["']([^"']{0,2000})["']|([^\s"']{1,2000})/gu)) {
    const started: string | undefined = /^-([A-Za-z]\w{0,60}):?$/u.exec(plain ?? "")?.[1];
    if (started !== undefined) parameters[(name = started.toLowerCase())] = "true";
    else if (name !== "") {
      parameters[name] = [parameters[name] === "true" ? "" : (parameters[name] ?? ""), quoted ?? plain ?? ""]
        .join(" ")
        .trim();
    }
  }
  return parameters;
}

function lowered(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value]));
}
