import { excerptOf } from "./text.ts";
import { type ServerCode, revealCode } from "./server-code.ts";

/** Something in server code that a back door needs. */
export interface ContentSign {
  readonly id: string;
  /** Plain sentence for an administrator. */
  readonly text: string;
  /** 0..1: how far this sign alone speaks for a back door. From 0.8 on it is enough. */
  readonly weight: number;
  readonly index: number;
  readonly excerpt: string;
}

interface SignRule {
  readonly id: string;
  readonly text: string;
  readonly weight: number;
  readonly pattern: RegExp;
  /** Must hold somewhere else in the code, too. */
  readonly also?: RegExp;
  /** Only for pages in these languages. */
  readonly language?: RegExp;
  /** Only for ASP.NET: in classic ASP the same words are ordinary. */
  readonly dotNet?: true;
}

/** What a visitor sends. A text box counts: its text comes with the request. */
const INPUT = /\brequest\b\s*[.([]|\binputstream\b|\.text\b|\bpostedfile\b|\bparams\s*[[(]/iu;
/** Gaps are bounded so that hostile text cannot make a search slow. */
const SIGNS: readonly SignRule[] = [
  {
    id: "eval-request",
    text: "It runs text that a visitor sends as code (eval of the request).",
    weight: 0.95,
    pattern: /(?<![.\w])(?:eval|execute|executeglobal|executestatement)\s*\(?[^;\n]{0,160}?\brequest\b/iu,
  },
  {
    id: "eval-jscript",
    text: "It is server-side JScript that runs text as code (eval), which no page of Exchange does.",
    weight: 0.9,
    pattern: /\beval\s*\(/iu,
    language: /^(?:jscript|js|javascript)$/u,
    dotNet: true,
  },
  {
    id: "eval-basic",
    text: "It is classic ASP that runs text as code (Eval or Execute).",
    weight: 0.8,
    pattern: /(?:^|[\s:(=])(?:execute|executeglobal|eval)\s{0,8}(?:\(|\s["\w])/iu,
    also: /\brequest\b|\bunescape\b|\bstrreverse\b/iu,
    language: /^vbscript$/u,
  },
  {
    id: "reflect-request",
    text: "It finds program parts by name at run time and feeds them what the visitor sends.",
    weight: 0.85,
    pattern: /\.\s*(?:invoke|invokemember|createinstance|dynamicinvoke)\s*\(/iu,
    also: /frombase64string|createdecryptor|binaryread|inputstream/iu,
  },
  {
    id: "script-control",
    text: "It creates a script engine of its own and hands it text to run.",
    weight: 0.85,
    pattern: /scriptcontrol/iu,
    also: /executestatement|\.eval\b|addcode/iu,
  },
  {
    id: "process-request",
    text: "It starts programs on the server and takes input from the visitor.",
    weight: 0.9,
    pattern:
      /\bprocessstartinfo\b|\bprocess\s*\.\s*start\b|\bnew\s+(?:system\.diagnostics\.)?process\s*\(|wscript\.shell|shell\.application/iu,
    also: INPUT,
  },
  {
    id: "assembly-load",
    text: "It loads a program out of what the visitor sends.",
    weight: 0.95,
    pattern: /\bassembly\b[^;\n]{0,40}\.\s*load\s*\(|\.\s*getmethod\s*\(\s*"load"/iu,
    also: /\brequest\b|binaryread|inputstream|frombase64string/iu,
  },
  {
    id: "compile-code",
    text: "It compiles program text on the server.",
    weight: 0.85,
    pattern: /compileassemblyfromsource|csharpcodeprovider|vbcodeprovider/iu,
  },
  {
    id: "write-page",
    text: "It writes a new page into the web site.",
    weight: 0.85,
    pattern:
      /(?:createtext|streamwriter|writealltext|writeallbytes|savetofile|filestream)\s*\(?[^;\n]{0,120}?\.(?:aspx|asp|ashx|asmx|cer|asa)\b/iu,
  },
  {
    id: "write-request",
    text: "It writes a file whose name or content the visitor chooses.",
    weight: 0.85,
    pattern:
      /(?:\bstreamwriter\s*\(|\bcreatetext\s*\(|\bfile\s*\.\s*(?:write|append|create|copy|move)\w{0,10}\s*\(|\bfilestream\s*\(|\bsavetofile\b|\bsaveas\s*\()[^;\n]{0,120}?\brequest\s*(?:[([]|\.\s*(?:form|querystring|item|params|cookies|headers))/iu,
  },
  {
    id: "write-input",
    text: "It writes files on the server and takes input from the visitor.",
    weight: 0.35,
    pattern:
      /\bstreamwriter\b|\bwriteallbytes\b|\bwritealltext\b|\bfile\s*\.\s*(?:create|append|delete|move|copy)|\bsavetofile\b|\bsaveas\s*\(/iu,
    also: INPUT,
  },
  {
    id: "socket",
    text: "It opens network connections from the server, as a tunnel does.",
    weight: 0.85,
    pattern:
      /\bnew\s+(?:system\.net\.sockets\.)?(?:socket|tcpclient|tcplistener)\s*\(|\bas\s+new\s+(?:socket|tcpclient)\b/iu,
    also: INPUT,
  },
  {
    id: "browse-drives",
    text: "It lists the drives or folders of the server.",
    weight: 0.45,
    pattern: /getlogicaldrives|\bdriveinfo\b|\bdirectoryinfo\b|\bgetdirectories\b|\.drives\b/iu,
  },
  {
    id: "database",
    text: "It runs database commands.",
    weight: 0.3,
    pattern: /xp_cmdshell|sp_oacreate|\boledbconnection\b|\bsqlconnection\b/iu,
    also: INPUT,
  },
  {
    id: "registry",
    text: "It reads or writes the Windows registry.",
    weight: 0.35,
    pattern: /\bregistrykey\b|\bopensubkey\b|\bregread\b|\bregwrite\b/iu,
  },
  {
    id: "impersonation",
    text: "It calls Windows itself, as programs for taking over an account do.",
    weight: 0.5,
    pattern: /\bdllimport\b|\bdeclare\s+(?:auto\s+|ansi\s+)?function\b|virtualalloc|createthread/iu,
  },
];

/** Finds the signs of a back door in server code; also behind split, escaped or Base64 text. In order of SIGNS. */
export function findContentSigns(server: ServerCode): readonly ContentSign[] {
  if (server.code.trim() === "") return [];
  const plain = SIGNS.flatMap((rule) => applySign(rule, server.code, server));
  const seen = new Set(plain.map((sign) => sign.id));
  const revealed = revealCode(server.code);
  const start = Math.max(server.code.search(/\S/u), 0);
  const hidden = SIGNS.filter((rule) => !seen.has(rule.id)).flatMap((rule) =>
    applySign(rule, revealed, server).map((sign) => ({
      ...sign,
      index: start,
      text: `${sign.text} The words are hidden in split or encoded text.`,
    })),
  );
  return [...plain, ...hidden];
}

function applySign(rule: SignRule, code: string, server: ServerCode): readonly ContentSign[] {
  if (rule.language?.test(server.language) === false || (rule.dotNet && server.classic)) return [];
  const match = rule.pattern.exec(code);
  if (match === null || rule.also?.test(code) === false) return [];
  const excerpt = excerptOf(code, match.index, Math.max(match[0].length, 120));
  return [{ id: rule.id, text: rule.text, weight: rule.weight, index: match.index, excerpt }];
}
