import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findStateReader, type StateEntry } from "./index.ts";

// Real exports: Microsoft's test data for HealthChecker, and a virtual directory that an incident responder published; not in this repository.
const corpus = process.env["POSTERN_CORPUS"] ?? "";
const present = corpus !== "" && existsSync(join(corpus, "E_artifacts", "css-exchange"));

function read(path: string): readonly StateEntry[] {
  const bytes = readFileSync(join(corpus, path));
  const entries: StateEntry[] = [];
  const reader = findStateReader(bytes.subarray(0, 65_536), path.split("/").at(-1) ?? "");
  expect(reader?.parse(bytes, 0, (entry) => entries.push(entry))).toEqual([]);
  return entries;
}

describe.skipIf(!present)("real exports (skipped unless POSTERN_CORPUS names the corpus)", () => {
  const folder = "E_artifacts/css-exchange/Diagnostics/HealthChecker/Tests/DataCollection/E19/Exchange";

  test("Get-ExchangeServer by Export-Clixml", () => {
    const [server] = read(`${folder}/GetExchangeServer.xml`);
    expect(server?.kind).toBe("exchange-server");
    expect(server?.values["name"]).toEqual(["SOLO-E19A"]);
    expect(server?.values["whencreatedutc"]?.[0]).toMatch(/^\d{4}-\d\d-\d\dT/u);
  });

  test("other exports of HealthChecker's tests are not taken for Exchange's state", () => {
    for (const name of [
      "GetIISModules.xml",
      "GetServiceMitigation.xml",
      "ExSetup.xml",
      "GetExchangeServerADInformation.xml",
    ]) {
      const bytes = readFileSync(join(corpus, folder, name));
      expect([name, findStateReader(bytes.subarray(0, 65_536), name)]).toEqual([name, null]);
    }
  });

  test("Get-OabVirtualDirectory as a list", () => {
    const [directory] = read("A_exchange/jakuta-exchange-ioc-scan/oab-vdir-rendered-response.txt");
    expect(directory).toMatchObject({ kind: "virtual-directory", values: { externalurl: ["http://f/"] } });
  });
});
