import { SaxesParser } from "saxes";

/**
 * A `.compiled` file of "Temporary ASP.NET Files": ASP.NET writes it when a page is requested for the first time.
 * All values are untrusted.
 */
export interface CompiledPage {
  readonly kind: "compiled-page";
  /** Page as the web server names it, e.g. `/owa/auth/logon.aspx`. */
  readonly virtualPath: string;
  /** Name of the assembly that holds the compiled page, without `.dll`; null when the file does not say. */
  readonly assembly: string | null;
  /** Class name, e.g. `ASP.logon_aspx`; null when the file does not say. */
  readonly type: string | null;
  /** Virtual paths of the files it was made from, as found. */
  readonly dependencies: readonly string[];
}

/** What could not be read, and why. */
export interface MalformedCompiled {
  readonly kind: "malformed";
  readonly note: string;
}

/** Largest `.compiled` file that is read; genuine ones hold some hundred bytes. */
export const COMPILED_LIMIT_BYTES: number = 256 * 1024;
/** Dependencies kept; a page that includes more is no less understood. */
const DEPENDENCY_LIMIT = 200;

/** Parses a `.compiled` file: an XML element `preserve` with a list of `filedep`. Never throws. */
export function parseCompiled(bytes: Uint8Array): CompiledPage | MalformedCompiled {
  if (bytes.length > COMPILED_LIMIT_BYTES) return malformed(`larger than ${COMPILED_LIMIT_BYTES} bytes`);
  const attributes = new Map<string, string>();
  const dependencies: string[] = [];
  const errors: string[] = [];
  const parser = new SaxesParser();
  parser.on("error", (thrown) => errors.push(thrown.message));
  parser.on("opentag", (tag) => {
    const values = Object.entries(tag.attributes);
    if (tag.name === "preserve") for (const [name, value] of values) attributes.set(name, value);
    if (tag.name !== "filedep" || dependencies.length >= DEPENDENCY_LIMIT) return;
    for (const [name, value] of values) if (name === "name") dependencies.push(value);
  });
  parser.write(textOf(bytes)).close();
  const virtualPath = attributes.get("virtualPath");
  if (virtualPath === undefined) return malformed(errors[0] ?? "it names no page");
  return {
    kind: "compiled-page",
    virtualPath,
    assembly: attributes.get("assembly") ?? null,
    type: attributes.get("type") ?? null,
    dependencies,
  };
}

function malformed(why: string): MalformedCompiled {
  return { kind: "malformed", note: `The record of a compiled page could not be read: ${why}.` };
}

/** ASP.NET writes UTF-8; UTF-16 is met when a collector converted the file. */
function textOf(bytes: Uint8Array): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(wide ? "utf-16le" : "utf-8").decode(bytes);
}
