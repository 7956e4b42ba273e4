import type { ScriptTemplate } from "../knowledge/index.ts";
import { encodedList, encodedLiteral } from "./encoded-literal.ts";

/** What came out of evidence, by the name under which a script knows it. Untrusted. */
export type ScriptValues = Readonly<Record<string, string | readonly string[]>>;

/** A script and its way back. ASCII only, so that Windows PowerShell 5.1 reads it under any code page. */
export interface ScriptPair {
  readonly text: string;
  readonly undo: string | null;
}

/** Names whose value is one text; all others are lists. */
const SINGLE: ReadonlySet<string> = new Set(["server", "path", "sha256"]);

/** Puts the frame around a script: a trial unless `-Apply` is given, a transcript, checks before and after. `id` and `title` are ours. */
export function scriptText(
  template: ScriptTemplate,
  step: { readonly id: string; readonly about: string },
  values: ScriptValues,
): ScriptPair {
  const text = framed(template, step, values, [
    "    Write-Output '--- before ---'",
    indented(template.before),
    "    Write-Output '--- change ---'",
    indented(template.change),
    "    Write-Output '--- after ---'",
    indented(template.after),
  ]);
  const undo =
    template.undo === null
      ? null
      : framed(template, { ...step, about: `Takes back: ${step.about}` }, values, [
          "    Write-Output '--- undo ---'",
          indented(template.undo),
        ]);
  return { text, undo };
}

function framed(
  template: ScriptTemplate,
  step: { readonly id: string; readonly about: string },
  values: ScriptValues,
  body: readonly string[],
): string {
  const options = template.options.map(({ name, what }) => `    # ${what}\n    [string[]]$${name} = @()`);
  const lines = [
    "#requires -Version 5.1",
    `# Postern clean-up, step ${step.id}`,
    `# ${step.about}`,
    "#",
    "# Without -Apply nothing is changed: every change is only named. With -Apply each change asks first.",
    "# It was checked for syntax, not run. Read it before you run it, in an elevated prompt.",
    "# Names out of evidence stand in it only as Base64, so that nothing in them can act.",
    "[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]",
    "param(",
    [
      "    [switch]$Apply",
      "    # Folder for the transcript and what is kept; never below a web folder\n    [string]$Folder = (Join-Path $env:SystemDrive 'Postern-clean-up')",
      ...options,
    ].join(",\n"),
    ")",
    "Set-StrictMode -Version 2.0",
    "$ErrorActionPreference = 'Stop'",
    "if (-not $Apply) { $WhatIfPreference = $true }",
    `$Work = Join-Path $Folder '${step.id}'`,
    "$Values = @{",
    ...valueLines(template, values),
    "}",
    ...HELPERS,
    "New-Item -ItemType Directory -Path $Work -Force -WhatIf:$false -Confirm:$false | Out-Null",
    "Start-Transcript -Path (Join-Path $Work ('transcript-{0}.txt' -f (Get-Date -Format 'yyyyMMdd-HHmmss'))) -WhatIf:$false | Out-Null",
    "try {",
    ...NEEDS[template.needs],
    ...body,
    "    if (-not $Apply) { Write-Output 'This was a trial: nothing was changed. Run it again with -Apply.' }",
    "} finally {",
    "    Stop-Transcript | Out-Null",
    "}",
    "",
  ];
  return lines.join("\n").replaceAll("\n", "\r\n");
}

function valueLines(template: ScriptTemplate, values: ScriptValues): readonly string[] {
  return template.values.map((name) => {
    const value = values[name] ?? [];
    const texts = typeof value === "string" ? [value] : value;
    return `    ${name} = ${SINGLE.has(name) ? encodedLiteral(texts[0] ?? "") : encodedList(texts)}`;
  });
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `    ${line}`))
    .join("\n");
}

const HELPERS: readonly string[] = [
  "function Save-State([string]$Name, $State) {",
  "    $ending = '.xml'",
  "    if (-not $Apply) { $ending = '.trial.xml' }",
  "    $path = Join-Path $Work ($Name + $ending)",
  "    if ($Apply -and (Test-Path -LiteralPath $path)) { Write-Output ('Kept from an earlier run: ' + $path); return }",
  "    $State | Export-Clixml -LiteralPath $path -Depth 4 -Force -WhatIf:$false -Confirm:$false",
  "}",
  "function Read-State([string]$Name) {",
  "    $path = Join-Path $Work ($Name + '.xml')",
  "    if (-not (Test-Path -LiteralPath $path)) { throw ('Nothing was kept under ' + $path + '.') }",
  "    Import-Clixml -LiteralPath $path",
  "}",
  "function Get-BytesHashText([byte[]]$Bytes) {",
  "    $sha = [Security.Cryptography.SHA256]::Create()",
  "    ([BitConverter]::ToString($sha.ComputeHash($Bytes)) -replace '-', '').ToLowerInvariant()",
  "}",
  "function Get-FileHashText([string]$Path) {",
  "    (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLowerInvariant()",
  "}",
];

const NEEDS: Readonly<Record<ScriptTemplate["needs"], readonly string[]>> = {
  none: [],
  exchange: [
    "    if (-not (Get-Command -Name Get-ExchangeServer -ErrorAction SilentlyContinue)) {",
    "        Add-PSSnapin -Name Microsoft.Exchange.Management.PowerShell.SnapIn",
    "    }",
  ],
  directory: ["    Import-Module -Name ActiveDirectory"],
  iis: ["    Import-Module -Name WebAdministration"],
};
