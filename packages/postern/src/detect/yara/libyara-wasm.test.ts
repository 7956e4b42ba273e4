import { expect, it } from "vitest";
import { createLibyaraWasm } from "./index.ts";
import { describeYaraEngine } from "./yara.contract.ts";

describeYaraEngine(createLibyaraWasm);

it("leaves no handler of its own on the process", async () => {
  const count = (): number =>
    process.listenerCount("uncaughtException") + process.listenerCount("unhandledRejection");
  const before = count();
  await createLibyaraWasm().compile([]);
  expect(count()).toBe(before);
});
