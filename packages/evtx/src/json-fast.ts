import type { ChunkData } from "./chunk-data.ts";
import type { Fragment } from "./fragment.ts";
import { ATTRIBUTED, DONE, NESTED, UNNAMED, VALUE, programOf } from "./json-program.ts";
import type { JsonProgram, JsonStep } from "./json-step.ts";
import {
  putAscii,
  putBytes,
  putGuid,
  putHexBytes,
  putHexNumber,
  putText,
  putWholeNumber,
  putWide,
} from "./json-sink.ts";
import type { JsonSink } from "./byte-sink.ts";
import { openNested, spend } from "./rendering.ts";
import type { Rendering, Style } from "./rendering.ts";
import { filetimeText } from "./time-text.ts";
import { BINXML, FIXED_BYTES, LIST, listStretches, sidText, typeOf, valueJson, wideEnd } from "./value.ts";
import type { Stretch } from "./value.ts";

const NULL = Buffer.from("null");
const OPEN_ATTRIBUTES = Buffer.from('{"#attributes":{');
const TEXT = Buffer.from(',"#text":');
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * Writes the members of a fragment's object, the same bytes as json.ts writes. False when the fragment has no program or a value does not
 * fit it; what was written then is to be thrown away.
 */
export function putMembers(sink: JsonSink, fragment: Fragment, rendering: Rendering): boolean {
  const program = programOf(fragment.template);
  return program !== null && runProgram(sink, program, { fragment, rendering });
}

interface Run {
  readonly fragment: Fragment;
  readonly rendering: Rendering;
}

function runProgram(sink: JsonSink, program: JsonProgram, run: Run): boolean {
  for (const step of program) {
    putBytes(sink, step.before);
    switch (step.kind) {
      case VALUE:
        if (!putValueOr(sink, step, run)) return false;
        break;
      case ATTRIBUTED:
        if (!putAttributed(sink, step, run)) return false;
        break;
      case NESTED:
        if (!putNested(sink, step, run)) return false;
        break;
      case UNNAMED:
        if (!putUnnamed(sink, step, run)) return false;
        break;
      case DONE:
        return true;
    }
  }
  return true;
}

function putByte(sink: JsonSink, byte: number): void {
  if (sink.length === sink.bytes.length) putBytes(sink, Uint8Array.of(byte));
  else sink.bytes[sink.length++] = byte;
}

function putValueOr(sink: JsonSink, step: JsonStep, run: Run): boolean {
  const { fragment, rendering } = run;
  const type = typeOf(fragment, step.index);
  if (type === 0) putBytes(sink, step.empty);
  else if (type === BINXML) return putObject(sink, step, run);
  else if (type & LIST) return false;
  else putValue(sink, fragment, step.index, rendering);
  return true;
}

/** Binary XML as the only thing inside of an element. */
function putObject(sink: JsonSink, step: JsonStep, { fragment, rendering }: Run): boolean {
  const at = fragment.starts[step.index] ?? 0;
  const nested = openNested(fragment, at, fragment.starts[step.index + 1] ?? at, rendering);
  if (nested === null) {
    putBytes(sink, step.empty);
    return true;
  }
  if (!nested.template.nodes.some(({ kind }) => kind === "element")) return false;
  putByte(sink, OPEN);
  if (!putMembers(sink, nested, rendering)) return false;
  putByte(sink, CLOSE);
  return true;
}

function putAttributed(sink: JsonSink, step: JsonStep, run: Run): boolean {
  const { fragment, rendering } = run;
  const textType = step.index === -1 ? 0 : typeOf(fragment, step.index);
  if (textType === BINXML || textType & LIST) return false;
  let shown = 0;
  for (const { key, text, index } of step.attributes) {
    const type = text === null ? typeOf(fragment, index) : 1;
    if (type === 0) continue;
    if (type === BINXML || type & LIST) return false;
    if (shown++ === 0) putBytes(sink, OPEN_ATTRIBUTES);
    else putByte(sink, COMMA);
    putBytes(sink, key);
    if (text === null) putValue(sink, fragment, index, rendering);
    else putBytes(sink, text);
  }
  if (shown > 0) putByte(sink, CLOSE);
  if (textType !== 0) {
    if (shown > 0) putBytes(sink, TEXT);
    putValue(sink, fragment, step.index, rendering);
  } else if (shown === 0) putBytes(sink, NULL);
  if (shown > 0) putByte(sink, CLOSE);
  return true;
}

function putNested(sink: JsonSink, step: JsonStep, { fragment, rendering }: Run): boolean {
  let index = -1;
  for (const slot of step.slots) {
    const type = typeOf(fragment, slot);
    if (type === 0) continue;
    if (type !== BINXML || index !== -1) return false;
    index = slot;
  }
  if (index === -1) return true;
  const at = fragment.starts[index] ?? 0;
  const nested = openNested(fragment, at, fragment.starts[index + 1] ?? at, rendering);
  if (nested === null) return true;
  for (const node of nested.template.nodes)
    if (node.kind !== "element" || step.keys.has(node.key)) return false;
  if (nested.template.nodes.length === 0) return true;
  putByte(sink, COMMA);
  return putMembers(sink, nested, rendering);
}

/** One value stands alone, also when it is the only one of a list. */
function putUnnamed(sink: JsonSink, step: JsonStep, { fragment, rendering }: Run): boolean {
  const { index } = step;
  const type = typeOf(fragment, index);
  if (type !== (LIST | 0x01)) return putValueOr(sink, step, { fragment, rendering });
  const at = fragment.starts[index] ?? 0;
  const end = fragment.starts[index + 1] ?? at;
  const listed = spend(rendering, (end - at) * 16) ? listStretches(fragment.chunk, 0x01, { at, end }) : [];
  const isList = listed.length !== 1;
  if (isList) putAscii(sink, "[");
  for (const [n, one] of listed.entries()) {
    if (n > 0) putByte(sink, COMMA);
    const last = wideEnd(fragment.chunk, one, rendering.style.trimEnd);
    putWide(sink, fragment.chunk, { at: one.at, end: last });
  }
  if (isList) putAscii(sink, "]");
  return true;
}

/** Types that are written without making a text first. */
const FAST: readonly number[] = [
  0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0d, 0x0e, 0x0f, 0x11, 0x13, 0x14, 0x15,
];
const NOT_FAST = 255;
/** Bytes that a value of a fast type needs, by type. */
const MIN_BYTES = Uint8Array.from({ length: 256 }, (_, type) => {
  if (!FAST.includes(type)) return NOT_FAST;
  return type === 0x13 ? 8 : (FIXED_BYTES.get(type) ?? 0);
});

/** Appends one value, the same bytes as `valueJson` gives. */
function putValue(sink: JsonSink, fragment: Fragment, index: number, rendering: Rendering): void {
  const { chunk } = fragment;
  const at = fragment.starts[index] ?? 0;
  const end = fragment.starts[index + 1] ?? at;
  const type = chunk.bytes[fragment.descriptorsAt + index * 4 + 2] ?? 0;
  const needed = MIN_BYTES[type] ?? NOT_FAST;
  if (needed === NOT_FAST || end - at < needed) putText(sink, valueJson(fragment, index, rendering));
  else if (!spend(rendering, end - at)) putAscii(sink, '""');
  else putScalar(sink, chunk, type, { at, end, style: rendering.style });
}

interface Styled extends Stretch {
  readonly style: Style;
}

function putScalar(sink: JsonSink, chunk: ChunkData, type: number, { at, end, style }: Styled): void {
  const { view } = chunk;
  switch (type) {
    case 0x01:
      putWide(sink, chunk, { at, end: wideEnd(chunk, { at, end }, style.trimEnd) });
      return;
    case 0x0e:
      putHexBytes(sink, chunk, { at, end });
      return;
    case 0x0f:
      putGuid(sink, chunk, at, style.guidBraces);
      return;
    case 0x11:
      putAscii(sink, `"${filetimeText(chunk, at, style.fractionDigits)}"`);
      return;
    case 0x13:
      putAscii(sink, `"${sidText(chunk, at, end)}"`);
      return;
    case 0x14:
      putHexNumber(sink, 0, view.getUint32(at, true));
      return;
    case 0x15:
      putHexNumber(sink, view.getUint32(at + 4, true), view.getUint32(at, true));
      return;
    default:
      putNumber(sink, chunk, type, at);
  }
}

function putNumber(sink: JsonSink, { view }: ChunkData, type: number, at: number): void {
  switch (type) {
    case 0x03:
      putWholeNumber(sink, view.getInt8(at));
      return;
    case 0x04:
      putWholeNumber(sink, view.getUint8(at));
      return;
    case 0x05:
      putWholeNumber(sink, view.getInt16(at, true));
      return;
    case 0x06:
      putWholeNumber(sink, view.getUint16(at, true));
      return;
    case 0x07:
      putWholeNumber(sink, view.getInt32(at, true));
      return;
    case 0x08:
      putWholeNumber(sink, view.getUint32(at, true));
      return;
    case 0x0d:
      putAscii(sink, view.getUint32(at, true) !== 0 ? "true" : "false");
      return;
    default:
      putLong(sink, view, type, at);
  }
}

/** 64 bits; what JavaScript cannot hold stays text. */
function putLong(sink: JsonSink, view: DataView, type: number, at: number): void {
  const high = view.getUint32(at + 4, true);
  if (high < 0x20_0000) putWholeNumber(sink, high * 0x1_0000_0000 + view.getUint32(at, true));
  else {
    const value = type === 0x09 ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
    putAscii(sink, Number.isSafeInteger(Number(value)) ? String(value) : `"${String(value)}"`);
  }
}
