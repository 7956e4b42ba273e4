import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockKernel, findAddress, hashAddress } from "../core/index.ts";
import { ItemClients, mayHoldAny } from "./item-clients.ts";

const KERNEL = BlockKernel.load();

/** Has the kernel read the second column of lines. */
function readColumn(values: readonly string[]): BlockKernel {
  if (KERNEL === null) throw new Error("the kernels are not compiled: npm run kernels");
  const lines = values.map((value) => `2021-03-03T09:12:13,${value},200`);
  KERNEL.text.fill(0x20).write(lines.join("\n"), "latin1");
  let at = 0;
  for (const [index, line] of lines.entries()) {
    KERNEL.starts[index] = at;
    KERNEL.ends[index] = at + line.length;
    at += line.length + 1;
  }
  KERNEL.readShapes(lines.length, { delimiter: 0x2c, delimiters: 2, client: 1 });
  return KERNEL;
}

/** What the kernel collects from the second column of lines; null when it is not sure of one of them. */
function collect(values: readonly string[]): Uint32Array | null {
  const kernel = readColumn(values);
  kernel.startAddresses();
  kernel.collectAddresses({ from: 0, to: values.length });
  return kernel.addresses();
}

/** Without the form that ends like IPv4, of which the kernel is not sure. */
const plainV6 = fc.ipV6().filter((text) => !text.includes("."));
const address = fc.oneof(
  fc.ipV4(),
  plainV6,
  plainV6.map((text) => `${text.toUpperCase()}%5`),
  fc.constantFrom("-", ""),
);
const other = fc.oneof(
  fc.ipV4().map((text) => `${text}:443`),
  fc.ipV4().map((text) => `::ffff:${text}`),
  fc.ipV6().map((text) => `[${text}]:443`),
  fc.tuple(fc.ipV4(), fc.ipV4()).map((two) => two.join(";")),
  fc.constantFrom("host", "10.0.0", "1.2.3.4.5", "%5", "café"),
);

test("every plain address of a counted line is remembered, in the form in which records have it", () => {
  fc.assert(
    fc.property(fc.array(address, { maxLength: 40 }), (values) => {
      const found = collect(values);
      const wanted = values.flatMap((value) => findAddress(value) ?? []).map(hashAddress);
      expect(new Set(found)).toEqual(new Set(wanted));
    }),
  );
});

test("an address in another form makes the log one that is looked at", () => {
  fc.assert(
    fc.property(fc.array(address, { maxLength: 8 }), other, (values, odd) => {
      expect(collect([...values, odd])).toBeNull();
    }),
  );
  expect(mayHoldAny(null, ["203.0.113.66"])).toBe(true);
});

test("more addresses than are remembered make the log one that is looked at", () => {
  const many = (count: number): readonly string[] =>
    Array.from(
      { length: count },
      (_, i) => `10.${String(i >> 16)}.${String((i >> 8) & 255)}.${String(i & 255)}`,
    );
  expect(collect(many(8_192))?.length).toBe(8_192);
  expect(collect(many(8_193))).toBeNull();
  expect(collect(many(40_000))).toBeNull();
});

test("a log is passed over only when parsed records and counted lines are known and none has the address", () => {
  const clients = new ItemClients();
  clients.addParsed("192.0.2.7");
  expect(clients.list()).toBeNull();
  clients.addCounted(Uint32Array.of(hashAddress("2001:db8::1")));
  const list = clients.list();
  expect(mayHoldAny(list, ["192.0.2.7"])).toBe(true);
  expect(mayHoldAny(list, ["198.51.100.1", "2001:db8::1"])).toBe(true);
  expect(mayHoldAny(list, ["198.51.100.1"])).toBe(false);
});

test("a line whose client may be one of those looked for is always found, and others only where they are written in another form", () => {
  const sought = ["203.0.113.7", "198.51.100.20"];
  const value = fc.oneof(fc.constantFrom(...sought, "203.0.113.70", "198.51.100.2"), address, other);
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), (values) => {
      const found: number[] = [];
      readColumn(values).findClients(values.length, sought, (line) => found.push(line));
      for (const [line, text] of values.entries()) {
        if (sought.includes(text)) expect(found).toContain(line);
        else if (collect([text]) !== null) expect(found).not.toContain(line);
      }
    }),
  );
});
