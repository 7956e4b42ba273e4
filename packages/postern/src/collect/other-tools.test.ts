import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { makeScratch, takeIn, writeZip } from "../evidence/testing/index.ts";
import { loadCollection } from "../knowledge/index.ts";
import { renderKape } from "./kape.ts";
import { renderVelociraptor } from "./velociraptor.ts";

const collection = loadCollection();

interface KapeTarget {
  readonly Name: string;
  readonly Path: string;
  readonly FileMask: string;
  readonly Recursive?: boolean;
}

function targets(text: string): readonly KapeTarget[] {
  // eslint-disable-next-line postern/no-type-assertion -- what the test then looks at
  return (parse(text) as { readonly Targets: readonly KapeTarget[] }).Targets;
}

describe("the KAPE target", () => {
  it("takes what the stock targets miss: pages, settings and compiled pages", () => {
    const found = targets(renderKape(collection)).map(({ Path, FileMask }) => `${Path}${FileMask}`);
    const install = "C:\\Program Files\\Microsoft\\Exchange Server\\V15";
    expect(found).toContain(`${install}\\FrontEnd\\HttpProxy\\owa\\auth\\*`);
    expect(found).toContain("C:\\inetpub\\wwwroot\\*");
    expect(found).toContain(`${install}\\FrontEnd\\*.config`);
    expect(found).toContain("C:\\Windows\\Microsoft.NET\\Framework*\\v*\\Temporary ASP.NET Files\\App_Web_*");
    expect(found).toContain("C:\\Windows\\System32\\winevt\\Logs\\MSExchange Management.evtx");
    expect(found).toContain("C:\\$MFT");
  });

  it("follows folders that were moved", () => {
    const text = renderKape(collection, {
      exchange: "D:\\Exchange\\V15\\",
      iisLogs: ["E:\\IIS"],
      webRoots: [],
    });
    const found = targets(text).map(({ Path }) => Path);
    expect(found).toContain("D:\\Exchange\\V15\\Logging\\HttpProxy\\");
    expect(found).toContain("E:\\IIS\\");
    expect(found).toContain("C:\\inetpub\\logs\\LogFiles\\");
    expect(found.some((path) => path.includes("Program Files\\Microsoft\\Exchange"))).toBe(false);
  });

  it("has the same id for the same definitions, in the form of a GUID", () => {
    const id = /^Id: (.*)\r$/mu.exec(renderKape(collection))?.[1] ?? "";
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/u);
    expect(renderKape(collection)).toBe(renderKape(collection));
  });
});

describe("the Velociraptor artifact", () => {
  interface Artifact {
    readonly name: string;
    readonly parameters: readonly { readonly name: string; readonly default: string }[];
    readonly sources: readonly { readonly name: string; readonly query: string }[];
  }
  // eslint-disable-next-line postern/no-type-assertion -- what the test then looks at
  const artifact = parse(renderVelociraptor(collection)) as Artifact;
  const table = (name: string): readonly string[] =>
    artifact.parameters
      .find((one) => one.name === name)
      ?.default.trimEnd()
      .split("\n") ?? [];

  it("asks for every file and every channel of the definitions", () => {
    const rows = [...table("Globs"), ...table("HashGlobs")];
    for (const { id, places, channels } of collection.definitions) {
      const wanted = places.flatMap((place) => place.names).length + channels.length;
      expect([id, rows.filter((row) => row.startsWith(`${id},`)).length]).toEqual([id, wanted]);
    }
    expect(rows).toContain('httpproxy,exchange,"Logging/HttpProxy/**/*.log",Y,Y,auto');
    expect(rows).toContain('file-system,drive,"$Extend/$UsnJrnl:$J",N,Y,ntfs');
  });

  it("uses its tables under the names that they have", () => {
    const names = artifact.parameters.map((one) => one.name);
    const [uploads, hashes] = artifact.sources.map((one) => one.query);
    for (const name of names) expect(`${uploads ?? ""}${hashes ?? ""}`).toContain(name);
    expect(table("Globs")[0]).toBe("Definition,At,Glob,Aged,Hashed,Accessor");
    expect(artifact.sources[0]?.name).toBe("Uploads");
    for (const column of ["SourceFile", "Created", "Modified"]) expect(uploads).toContain(`AS ${column}`);
  });

  it("gives results in which file times are found when its zip is assessed", async () => {
    const scratch = makeScratch();
    const rows = `${JSON.stringify({ SourceFile: "D:\\Odd\\x.aspx", Created: "2021-03-03T10:15:33Z", Modified: "2021-03-03T10:15:34Z" })}\n`;
    const parts = [
      { name: "client_info.json", bytes: '{"os_info":{"hostname":"EX01"}}' },
      { name: "uploads.json", bytes: "" },
      { name: `results/${artifact.name}%2F${artifact.sources[0]?.name ?? ""}.json`, bytes: rows },
      { name: "uploads/auto/D%3A/Odd/x.aspx", bytes: "page" },
    ];
    const { items } = await takeIn([scratch.write("Collection-EX01.zip", writeZip(parts))]);
    scratch.remove();
    expect(items.find((one) => one.name === "x.aspx")).toMatchObject({
      logicalPath: "D:\\Odd\\x.aspx",
      server: "EX01",
      times: { modified: "2021-03-03T10:15:34.000Z", source: "collection" },
    });
  });

  it("closes every bracket of its queries", () => {
    for (const { query } of artifact.sources) {
      const bare = query.replace(/'''[\s\S]*?'''|'[^']*'/gu, "");
      for (const [open, close] of ["()", "{}"]) {
        expect(bare.split(open ?? "").length).toBe(bare.split(close ?? "").length);
      }
    }
  });
});
