/** What an event says, independent of how a tool spells it: `Event.System.EventID=4688`, in the order of the XML. */
export type Facts = readonly string[];

/** The events in the XML that a tool printed, by EventRecordID; a second event with the same id gets `#2`. */
export function eventsInXml(xml: string): ReadonlyMap<string, Facts> {
  const events = new Map<string, Facts>();
  for (const [event] of xml.matchAll(/<Event[ >][\s\S]*?<\/Event>/gu)) {
    const facts = factsOfXml(event);
    const id = facts.find((fact) => fact.startsWith("Event.System.EventRecordID="))?.split("=")[1] ?? "?";
    let key = id;
    for (let n = 2; events.has(key); n++) key = `${id}#${String(n)}`;
    events.set(key, facts);
  }
  return events;
}

const TOKEN =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([\w.:-]+)((?:\s+[\w.:-]+="[^"]*")*)\s*(\/?)>|([^<]+|<)/gu;

/** Elements and attributes that carry a value. */
function factsOfXml(xml: string): Facts {
  const open: { readonly name: string; text: string }[] = [];
  const facts: string[] = [];
  const close = (): void => {
    const path = open.map(({ name }) => name).join(".");
    for (const text of textsOf(open.pop()?.text ?? "", path)) facts.push(`${path}=${text}`);
  };
  for (const token of xml.matchAll(TOKEN)) {
    const [, cdata, end, name, attributes = "", empty, text] = token;
    const top = open.at(-1);
    if (name === undefined) {
      if (top !== undefined) top.text += cdata ?? unescape(text ?? "");
    } else if (end === "/") close();
    else {
      open.push({ name, text: "" });
      const path = open.map((element) => element.name).join(".");
      for (const [, key = "", value = ""] of attributes.matchAll(/([\w.:-]+)="([^"]*)"/gu))
        for (const one of textsOf(unescape(value), path)) facts.push(`${path}@${key}=${one}`);
      if (empty === "/") close();
    }
  }
  return facts;
}

/** The values of an element: one, or those of a list that python-evtx prints as `<string>` elements in text. */
function textsOf(text: string, path: string): readonly string[] {
  const listed = [...text.matchAll(/<string>([\s\S]*?)<\/string>/gu)].map(([, one = ""]) => one);
  const texts = listed.length > 0 && /^\s*<string>/u.test(text) ? listed : [text];
  return texts.map((one) => spelled(one, path)).filter((one) => one !== "");
}

/** One spelling for what tools write differently: GUIDs, hex numbers, times, white space, line ends. */
function spelled(text: string, path: string): string {
  // What XML cannot hold is replaced by some tools and left out by others.
  const plain = text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffc\u{10000}-\u{10ffff}]/gu, "")
    .replace(/\s+/gu, " ")
    .trim();
  const guid = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/iu.exec(plain)?.[1];
  if (guid !== undefined) return guid.toUpperCase();
  const hex = /^0x0*([0-9a-f]+)$/iu.exec(plain)?.[1];
  if (hex !== undefined) return `0x${hex.toLowerCase()}`;
  const time = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?Z?$/u.exec(plain);
  // Six digits are what all tools keep.
  if (time !== null)
    return `${time[1] ?? ""}T${time[2] ?? ""}.${(time[3] ?? "").padEnd(6, "0").slice(0, 6)}Z`;
  if (path.endsWith(".Binary") && /^[\w+/]+=*$/u.test(plain) && !/^[0-9A-F]+$/u.test(plain))
    return Buffer.from(plain, "base64").toString("hex").toUpperCase();
  return /^(?:true|false)$/iu.test(plain) ? plain.toLowerCase() : plain;
}

function unescape(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(
    /&(?:#x([\da-f]+)|#(\d+)|(\w+));/giu,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return named[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** What one of two lists of facts has more often than the other, in order. */
export function unlike(ours: Facts, theirs: Facts): { readonly ours: Facts; readonly theirs: Facts } {
  return { ours: without(ours, theirs), theirs: without(theirs, ours) };
}

function without(facts: Facts, others: Facts): Facts {
  const left = new Map<string, number>();
  for (const fact of others) left.set(fact, (left.get(fact) ?? 0) + 1);
  return facts.filter((fact) => {
    const count = left.get(fact) ?? 0;
    left.set(fact, count - 1);
    return count <= 0;
  });
}
