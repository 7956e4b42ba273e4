import { expect, test } from "vitest";
import { extendedProtectionOf, type MitigationStatement } from "./extended-protection.ts";

const said = (more: Partial<MitigationStatement>): MitigationStatement => ({
  mitigation: "Windows Extended Protection",
  state: "applied",
  timeUtc: null,
  source: "HealthChecker",
  ...more,
});
const JANUARY = "2024-01-10T08:00:00.000Z";
const MAY = "2024-05-10T08:00:00.000Z";

test("the newest statement counts, and files as they lie on the server are newest", () => {
  const off = said({ state: "off", timeUtc: JANUARY });
  expect(extendedProtectionOf([off, said({ timeUtc: MAY })])).toEqual({
    state: "on",
    why: "Extended Protection is on (HealthChecker of 10 May 2024); since when, that does not say.",
  });
  const live = said({
    state: "off",
    source: "applicationHost.config",
    detail: "missing on Default Web Site/EWS",
  });
  expect(extendedProtectionOf([said({ timeUtc: MAY }), live])).toEqual({
    state: "off",
    why: "Extended Protection is not fully on (applicationHost.config: missing on Default Web Site/EWS).",
  });
});

test("of statements of the same time one that says no is enough, and without any nothing is said", () => {
  const taken = said({
    state: "off",
    source: "registry",
    detail: "SuppressExtendedProtection takes it away",
  });
  expect(extendedProtectionOf([said({}), taken])?.state).toBe("off");
  expect(extendedProtectionOf([said({ mitigation: "Emergency Mitigation M1" })])).toBeUndefined();
});
