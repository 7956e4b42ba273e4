import fc from "fast-check";
import { expect, it } from "vitest";

import { chooseShared, type Load } from "./share-out.ts";

const load = (sizeBytes: number, mayBeShared = true): Load => ({ sizeBytes, mayBeShared });

function sharedSizes(sizes: readonly number[], readers: number): readonly number[] {
  return [
    ...chooseShared(
      sizes.map((size) => load(size)),
      readers,
    ),
  ].map(({ sizeBytes }) => sizeBytes);
}

it("shares nothing where readers end at about the same time, or where there is one", () => {
  expect(sharedSizes([10, 10, 9, 9], 2)).toEqual([]);
  expect(sharedSizes([100], 1)).toEqual([]);
  expect(sharedSizes([], 2)).toEqual([]);
  expect(sharedSizes([100, 30, 30, 20, 10, 9], 2)).toEqual([]);
});

it("shares a log that outweighs all others, and one of three that are as large", () => {
  expect(sharedSizes([100, 3, 2], 2)).toEqual([100]);
  expect(sharedSizes([10, 10, 10], 2)).toEqual([10]);
  expect(sharedSizes([50, 50, 50, 50, 50], 4).length).toBe(1);
});

it("shares only what may be, and then ends no later than it must", () => {
  expect(chooseShared([load(100, false), load(3)], 2).size).toBe(0);
  fc.assert(
    fc.property(
      fc.array(fc.nat(1000), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      (sizes, readers) => {
        const shared = sharedSizes(sizes, readers);
        const left = [...sizes];
        for (const size of shared) left.splice(left.indexOf(size), 1);
        const best = sizes.reduce((sum, size) => sum + size, 0) / readers;
        expect(Math.max(0, ...left)).toBeLessThanOrEqual(best * 1.05);
      },
    ),
  );
});
