import { describe, expect, it } from "vitest";
import { createKnownSettings } from "../detect/index.ts";
import { loadConfigurationFacts } from "../knowledge/index.ts";
import { reasonsOfSettings } from "./setting-reasons.ts";

const known = createKnownSettings(loadConfigurationFacts());
const reasons = (body: string, name = "web.config"): ReturnType<typeof reasonsOfSettings> =>
  reasonsOfSettings({ name, bytes: Buffer.from(`<configuration>${body}</configuration>`) }, () => known);

describe("what a web.config sets", () => {
  it("speaks for a back door when pictures are run as pages", () => {
    const builds = '<add extension=".jpg" type="System.Web.Compilation.PageBuildProvider"/>';
    const [first] = reasons(
      `<system.web><compilation><buildProviders>${builds}</buildProviders></compilation></system.web>`,
    );
    expect(first).toMatchObject({ id: "configuration/handler-runs-data", weight: 0.6 });
    expect(first?.excerpt).toContain(".jpg");
  });

  it("weighs next to nothing when only nobody knows the handler", () => {
    const own = '<add name="r" path="report.axd" verb="*" type="Example.Handler, Example"/>';
    const found = reasons(`<system.webServer><handlers>${own}</handlers></system.webServer>`);
    expect(found.every((one) => one.weight < 0.1)).toBe(true);
  });

  it("is not looked for in other files", () => {
    expect(reasons("<system.web/>", "page.aspx")).toEqual([]);
  });
});
