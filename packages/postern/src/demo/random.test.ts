import { describe, expect, test } from "vitest";

import { createRandom } from "./random.ts";

describe("reproducible chance", () => {
  test("the same seed gives the same sequence", () => {
    const [a, b] = [createRandom(42), createRandom(42)];
    expect(Array.from({ length: 50 }, () => a.next())).toEqual(Array.from({ length: 50 }, () => b.next()));
  });

  test("what one purpose draws does not shift another", () => {
    const untouched = createRandom(7).fork("mail").guid();
    const used = createRandom(7);
    for (let i = 0; i < 10; i++) used.next();
    expect(used.fork("mail").guid()).toBe(untouched);
    expect(used.fork("phones").guid()).not.toBe(untouched);
  });

  test("numbers stay inside their bounds and reach both ends", () => {
    const random = createRandom(1);
    const drawn = new Set(Array.from({ length: 500 }, () => random.between(3, 6)));
    expect([...drawn].sort()).toEqual([3, 4, 5, 6]);
  });

  test("an identifier has the shape of a version 4 GUID", () => {
    expect(createRandom(5).guid()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test("picking from nothing is a mistake of the caller", () => {
    expect(() => createRandom(1).pick([])).toThrow(RangeError);
  });
});
