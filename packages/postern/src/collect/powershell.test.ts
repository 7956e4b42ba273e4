import { describe, expect, it } from "vitest";
import { loadCollection, loadCollectorScript } from "../knowledge/index.ts";
import { renderPowershell } from "./powershell.ts";

const collection = loadCollection();
const script = renderPowershell(collection, loadCollectorScript());

/** The script without comments and the insides of texts; throws where a bracket or a quote is not closed. */
function skeleton(text: string): string {
  const open: string[] = [];
  let kept = "";
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const skipped = /^(?:<#[\s\S]*?#>|#[^\r\n]*|'(?:[^']|'')*'|"(?:`[\s\S]|""|[^"`])*")/u.exec(rest)?.[0];
    if (skipped !== undefined) {
      at += skipped.length;
      kept += skipped.startsWith("#") || skipped.startsWith("<#") ? "" : "''";
      continue;
    }
    const char = text[at] ?? "";
    if (char === "'" || char === '"') throw new Error(`quote without an end at ${rest.slice(0, 40)}`);
    if ("([{".includes(char)) open.push(char);
    if (")]}".includes(char) && open.pop() !== "([{"[")]}".indexOf(char)])
      throw new Error(`bracket that was not opened at ${rest.slice(0, 40)}`);
    kept += char;
    at++;
  }
  if (open.length > 0) throw new Error(`brackets without an end: ${open.join("")}`);
  return kept;
}

describe("the PowerShell collector", () => {
  it("is plain ASCII with Windows line ends, so that any editor and any console reads it", () => {
    expect(/[^\t\r\n\x20-\x7e]/u.exec(script)?.[0]).toBeUndefined();
    expect(/(?<!\r)\n/u.test(script)).toBe(false);
  });

  it("closes every bracket and every quote", () => {
    expect(() => skeleton(script)).not.toThrow();
    expect(() => skeleton("@{ a = 'b }")).toThrow(/without an end/u);
    expect(() => skeleton("(a]")).toThrow(/not opened/u);
  });

  it("is strict, handles errors, and uses whole names of commands", () => {
    const bare = skeleton(script);
    expect(bare).toContain("Set-StrictMode -Version 2.0");
    expect(bare).toContain("$ErrorActionPreference =");
    const alias =
      /(?:^|[|;({]\s*)(?:%|\?|cd|cat|cp|copy|curl|del|dir|echo|ft|fl|gc|gci|gm|gwmi|iex|iwr|ls|md|mv|ni|rm|select|sort|wget|where|write)[ \t]/imu;
    expect(alias.exec(bare)?.[0].trim()).toBeUndefined();
    expect(bare).not.toMatch(
      /Invoke-Expression|Invoke-WebRequest|Net\.WebClient|EncodedCommand|Start-BitsTransfer/iu,
    );
  });

  it("changes nothing on Exchange: commands that it runs there only read", () => {
    const run = collection.definitions.flatMap((one) => one.commands.map((command) => command.run));
    const verbs = run.flatMap((text) =>
      [...text.matchAll(/\b([A-Z][a-z]+)-[A-Z]\w+/gu)].map((found) => found[1]),
    );
    expect([...new Set(verbs)].sort()).toEqual([
      "Format",
      "Get",
      "Import",
      "Join",
      "Search",
      "Select",
      "Where",
    ]);
  });

  it("holds every definition, and its commands as code that can be read", () => {
    for (const { id, title, channels, commands } of collection.definitions) {
      expect(script).toContain(`Id = '${id}'; Title = '${title.replaceAll("'", "''")}'`);
      for (const channel of channels) expect(script).toContain(`'${channel}'`);
      for (const { file } of commands) expect(script).toContain(`File = '${file}'`);
      for (const { run } of commands) expect(script).toContain(`Run = { ${run} }`);
    }
  });

  it("cannot be broken out of by a title with a quote, nor by a mask with brackets", () => {
    const [first] = collection.definitions;
    if (first === undefined) throw new Error("no definition");
    const odd = {
      ...first,
      title: "a'b; Remove-Item x",
      places: [{ root: "drive" as const, folder: "c'd", names: ["[a]*"], deep: false }],
    };
    const text = renderPowershell({ ...collection, definitions: [odd] }, "#DEFINITIONS#\n");
    expect(skeleton(text)).not.toContain("Remove-Item");
    expect(text).toContain("'`[a`]*'");
  });
});
