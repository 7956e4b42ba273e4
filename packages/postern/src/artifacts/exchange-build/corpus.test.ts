import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findBuildReader } from "./index.ts";

// Real setup logs and exports that Microsoft publishes as test data; not in this repository.
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const folder = join(corpus, "E_artifacts", "css-exchange");
const present = corpus !== "" && existsSync(folder);

describe.skipIf(!present)(
  "real files of CSS-Exchange (skipped unless POSTERN_CORPUS names the corpus)",
  () => {
    const files = present
      ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      : [];

    test("setup logs are recognised, read without damage, and name build and server where they state them", () => {
      const logs = files.filter((entry) => /^ExchangeSetup.*\.log$/.test(entry.name));
      expect(logs.length).toBeGreaterThan(15);
      let stated = 0;
      for (const { parentPath, name } of logs) {
        const bytes = readFileSync(join(parentPath, name));
        const reader = findBuildReader(bytes.subarray(0, 65_536), name);
        expect([name, reader?.id]).toEqual([name, "exchange-setup-log"]);
        const reading = reader?.parse(bytes, { item: 0 });
        expect([name, reading?.damage]).toEqual([name, []]);
        for (const one of reading?.observations ?? []) {
          stated++;
          expect(one.server).not.toBeNull();
          // None of these runs finished, so none of them may count as an installation or an update.
          expect([name, one.event]).toEqual([name, "seen"]);
          expect(bytes.includes(`version`) && bytes.includes(one.build)).toBe(true);
        }
      }
      expect(stated).toBeGreaterThan(15);
    });

    test("applicationHost.config says whether Extended Protection is on everywhere, nowhere, or where it is not", () => {
      const told = ["applicationHost.config", "applicationHost1.config", "applicationHost2.config"].map(
        (name) => {
          const entry = files.find((file) => file.name === name && file.parentPath.includes("E19"));
          const bytes = readFileSync(join(entry?.parentPath ?? "", name));
          const reading = findBuildReader(bytes.subarray(0, 65_536), name)?.parse(bytes, { item: 0 });
          return reading?.mitigations.map(({ state, detail = "" }) => [state, detail]);
        },
      );
      expect(told).toEqual([
        [["off", ""]],
        [["applied", ""]],
        [["off", "missing on Exchange Back End/PowerShell"]],
      ]);
    });

    test("exports of ExSetup.exe and Get-ExchangeServer give their builds", () => {
      const found = ["ExSetup.xml", "ExSetup1.xml", "GetExchangeServer.xml"].map((name) => {
        const entry = files.find((file) => file.name === name);
        const bytes = readFileSync(join(entry?.parentPath ?? "", name));
        const reading = findBuildReader(bytes.subarray(0, 65_536), name)?.parse(bytes, { item: 0 });
        expect(reading?.damage).toEqual([]);
        return reading?.observations.map((one) => [one.server, one.build]);
      });
      expect(found).toEqual([
        [[null, "15.2.986.5"]],
        [[null, "15.2.1118.25"]],
        [["SOLO-E19A", "15.2.986.5"]],
      ]);
    });
  },
);
