import { describe, expect, it } from "vitest";

import { isStoredText } from "./literal-policy.ts";

describe("a text that is stored in an event log as text", () => {
  it.each(["w3wp.exe", "ssh", "203.0.113.66", "%comspec%", "new-inboxrule", "powershell"])("%s", (text) => {
    expect(isStoredText(text)).toBe(true);
  });

  it.each([
    "4688",
    "0x1f0fff",
    "s-1-5-18",
    "deadbeef",
    "{a0b1",
    "2021-03-03t12",
    "12:30",
    "true",
    "alse",
    "infinity",
    "nan",
    "filetime",
    "time 99",
    "1.5",
  ])("may be a number, an id or a time written as text: %s", (text) => {
    expect(isStoredText(text)).toBe(false);
  });
});
