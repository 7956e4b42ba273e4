import type { Token } from "../language/index.ts";

/** Words of which one of each side makes a tool, though no way between them was found. */
const TOOLS: readonly (readonly [id: string, text: string, words: RegExp])[] = [
  [
    "parts-code",
    "It can run text as code and reads what the visitor sends; how the two meet was not found.",
    /^(?:executeglobal|executestatement|jscriptevaluate|csharpcodeprovider|compileassemblyfromsource|invokescript|unsafeloadfrom)$/u,
  ],
  [
    "parts-program",
    "It can start programs and reads what the visitor sends; how the two meet was not found.",
    /^(?:processstartinfo|shellexecute|wscript\.shell(?:\.1)?|shell\.application|win32_process|createprocess\w?|winexec|xp_cmdshell|sp_oacreate)$/u,
  ],
  [
    "parts-memory",
    "It can run machine code from memory.",
    /^(?:virtualalloc(?:ex)?|createremotethread|getdelegateforfunctionpointer|ntcreatethreadex|rtlmovememory)$/u,
  ],
];
const INPUT =
  /^(?:request|inputstream|binaryread|postedfile|querystring|webmethod|httplistener|httpcontext)$/u;

/** A tool whose parts stand in the code. */
export interface PartsSign {
  readonly id: string;
  readonly text: string;
  readonly at: number;
}

/** Finds tools by their parts: for code whose flow could not be followed to the end. */
export function findParts(tokens: readonly Token[], script: boolean): readonly PartsSign[] {
  let input = false;
  const found = new Map<string, PartsSign>();
  let before = "";
  for (const one of tokens) {
    if (one.kind === "sign" || one.kind === "number" || one.kind === "end") continue;
    const word = one.text.length > 60 ? "" : one.text.trim().toLowerCase();
    if (INPUT.test(word)) input = true;
    for (const [id, text, words] of TOOLS) {
      if (!found.has(id) && words.test(word)) found.set(id, { id, text, at: one.at });
    }
    const load = before === "assembly" && /^(?:load|loadfile|loadfrom)$/u.test(word);
    const runs = script && word === "eval" && one.kind === "name";
    if ((load || runs) && !found.has("parts-code"))
      found.set("parts-code", { id: "parts-code", text: TOOLS[0]?.[1] ?? "", at: one.at });
    before = word;
  }
  return [...found.values()].filter((sign) => input || sign.id === "parts-memory");
}
