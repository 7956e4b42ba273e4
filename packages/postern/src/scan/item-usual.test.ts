import { expect, test } from "vitest";
import { UsualHours } from "./item-usual.ts";

test("the habits of a few accounts are kept in bounded memory, in a fixed order, and copies of a log count once", () => {
  const hours = new UsualHours();
  for (const hour of [7, 5, 7]) hours.add({ account: "b", address: "10.0.0.1", hour });
  hours.add({ account: "a", address: "10.0.0.2", hour: 9 });
  const twice = new UsualHours();
  twice.addAll(hours.list());
  twice.addAll(hours.list());
  expect(twice.list()).toEqual([
    { account: "a", address: "10.0.0.2", hours: [9] },
    { account: "b", address: "10.0.0.1", hours: [5, 7] },
  ]);
  for (let hour = 0; hour < 10_000; hour++) twice.add({ account: "b", address: "10.0.0.1", hour });
  for (let i = 0; i < 1_000; i++) twice.add({ account: "b", address: `10.1.0.${String(i)}`, hour: i });
  for (let i = 0; i < 1_000; i++) twice.add({ account: `x${String(i)}`, address: "10.0.0.9", hour: i });
  const list = twice.list();
  expect(Math.max(...list.map((one) => one.hours.length))).toBe(1_200);
  expect(new Set(list.map(({ account }) => account)).size).toBe(40);
  expect(list.filter(({ account }) => account === "b")).toHaveLength(200);
});
