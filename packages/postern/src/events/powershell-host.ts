/** Lines of the third value of an event of the channel Windows PowerShell, as `Name=value`. */
const LINE =
  /^\s*(HostName|HostVersion|HostId|HostApplication|EngineVersion|RunspaceId|ScriptName|CommandLine|UserId)=(.*)$/u;

/**
 * What events 400, 403, 600 and 800 of Windows PowerShell say about their host: its whole command line (`HostApplication`), also where
 * process auditing is off, and the version of its engine. They stand as lines in the third value, or in the second of event 800.
 */
export function readPowerShellHost(
  fields: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const named = new Map<string, string>();
  const texts = [fields["Data2"], fields["Data1"], fields["param3"], fields["param2"], fields["Message"]];
  for (const text of texts) {
    for (const line of (text ?? "").split(/\r?\n/u)) {
      const [, name, value = ""] = LINE.exec(line) ?? [];
      if (name !== undefined && value.trim() !== "" && !named.has(name) && fields[name] === undefined)
        named.set(name, value.trim());
    }
  }
  return Object.fromEntries(named);
}
