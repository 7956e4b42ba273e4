import type { CodeSign } from "./code-sign.ts";

const INCLUDES = /\.s?html?$|\.stm$/iu;
/** `<!--#exec cmd="...">`: source: Microsoft's reference of server side includes. */
const EXEC = /<!--\s{0,40}#\s{0,40}exec\s{1,40}(?:cmd|cgi)\s{0,40}=/iu;
const WORKFLOW = /\.(?:xamlx|xoml)$/iu;
const RUNS =
  /\b(?:Process\s{0,4}\.\s{0,4}Start|ProcessStartInfo|Assembly\s{0,4}\.\s{0,4}Load|CodeProvider|ObjectDataProvider)\b/u;
const FOREIGN =
  /<(?:%\s{0,40}@|script\b)[^<>]{0,400}\blanguage\s{0,20}=\s{0,20}["']?\s{0,8}(?:perl|python|ruby|php|tcl|rexx)/iu;
const FOREIGN_RUNS = /`[^`\n]{1,400}`|\b(?:system|popen|exec|eval|subprocess|qx|spawn)\b/u;

/** What the markup of a page tells without any code that we can follow. Linear in the text. */
export function findMarkupSigns(text: string, name: string): readonly CodeSign[] {
  const signs: CodeSign[] = [];
  const exec = INCLUDES.test(name) ? text.search(EXEC) : -1;
  if (exec >= 0)
    signs.push({
      id: "include-exec",
      text: "It has the web server start a program, by a server side include.",
      weight: 0.7,
      index: exec,
    });
  const runs = WORKFLOW.test(name) ? text.search(RUNS) : -1;
  if (runs >= 0)
    signs.push({
      id: "workflow-code",
      text: "It is a workflow whose code starts or loads programs.",
      weight: 0.8,
      index: runs,
    });
  const foreign = text.search(FOREIGN);
  if (foreign >= 0 && FOREIGN_RUNS.test(text))
    signs.push({
      id: "foreign-language",
      text: "Its code is in a language that neither Windows nor Exchange brings, and it starts programs.",
      weight: 0.6,
      index: foreign,
    });
  return signs;
}
