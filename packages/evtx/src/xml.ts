import type { Fragment } from "./fragment.ts";
import type { ElementNode, Node } from "./node.ts";
import { openNested } from "./rendering.ts";
import type { Rendering } from "./rendering.ts";
import { BINXML, LIST, lengthOf, listTexts, typeOf, valueText } from "./value.ts";

/** A fragment as XML on one line, always well formed whatever the log holds. */
export function fragmentXml(fragment: Fragment, rendering: Rendering): string {
  return nodesXml(fragment.template.nodes, fragment, rendering);
}

function nodesXml(nodes: readonly Node[], fragment: Fragment, rendering: Rendering): string {
  let xml = "";
  for (const node of nodes) xml += nodeXml(node, fragment, rendering);
  return xml;
}

function nodeXml(node: Node, fragment: Fragment, rendering: Rendering): string {
  switch (node.kind) {
    case "text":
      return node.cdata ? cdataXml(node.text) : escapeXml(node.text);
    case "element":
      return elementsXml(node, fragment, rendering);
    case "instruction":
      return `<?${safeName(node.target)} ${withoutForbidden(node.data).replaceAll("?>", "? >")}?>`;
    case "instance":
      return nestedXml(openNested(fragment, node.at, null, rendering), rendering);
    case "slot": {
      if (lengthOf(fragment, node.index) === 0 || typeOf(fragment, node.index) !== BINXML)
        return escapeXml(valueText(fragment, node.index, rendering));
      const at = fragment.starts[node.index] ?? 0;
      return nestedXml(openNested(fragment, at, fragment.starts[node.index + 1] ?? at, rendering), rendering);
    }
  }
}

function nestedXml(nested: Fragment | null, rendering: Rendering): string {
  return nested === null ? "" : fragmentXml(nested, rendering);
}

/** A list as the only content repeats its element, as Windows shows it. */
function elementsXml(element: ElementNode, fragment: Fragment, rendering: Rendering): string {
  const name = safeName(element.name);
  const start = `<${name}${attributesXml(element, fragment, rendering)}`;
  const [only] = element.children;
  if (only?.kind === "slot" && element.children.length === 1 && (typeOf(fragment, only.index) & LIST) !== 0) {
    const texts = listTexts(fragment, only.index, rendering);
    return texts.map((text) => elementXml(start, escapeXml(text), name)).join("");
  }
  return elementXml(start, nodesXml(element.children, fragment, rendering), name);
}

function elementXml(start: string, inner: string, name: string): string {
  return inner === "" ? `${start}/>` : `${start}>${inner}</${name}>`;
}

function attributesXml(element: ElementNode, fragment: Fragment, rendering: Rendering): string {
  let xml = "";
  const names = new Set<string>();
  for (const { name, parts } of element.attributes) {
    if (names.has(name)) continue;
    names.add(name);
    if (parts.every((part) => part.kind === "slot" && typeOf(fragment, part.index) === 0)) continue;
    let value = "";
    for (const part of parts)
      value += part.kind === "text" ? part.text : valueText(fragment, part.index, rendering);
    xml += ` ${safeName(name)}="${escapeXml(value)}"`;
  }
  return xml;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeXml(text: string): string {
  if (!/[&<>"\u0000-\u001f\ud800-\udfff\ufffe\uffff]/.test(text)) return text;
  const escaped = withoutForbidden(text).replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);
  return escaped.replaceAll("\r", "&#13;");
}

/** XML 1.0 cannot hold most control characters and half characters, not even as references. */
function withoutForbidden(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\u{fffd}\u{10000}-\u{10ffff}]|\p{Surrogate}/gu, "\ufffd");
}

function cdataXml(text: string): string {
  return `<![CDATA[${withoutForbidden(text).replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
}

function safeName(name: string): string {
  const safe = name.replace(/[^\w.:-]/g, "_");
  return /^[A-Za-z_]/.test(safe) ? safe : `_${safe}`;
}
