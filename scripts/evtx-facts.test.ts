import { describe, expect, it } from "vitest";
import { eventsInXml, unlike } from "./evtx-facts.ts";

const event = (body: string): string =>
  `<Event xmlns="u"><System><EventRecordID>7</EventRecordID></System>${body}</Event>`;
const factsOf = (body: string): readonly string[] => (eventsInXml(event(body)).get("7") ?? []).slice(2);

describe("what two tools say about an event", () => {
  it("is the same in the spellings in which they differ", () => {
    const ours = `<EventData><Data Name="Id">{0197231e-c424-69e1-c922-000000000800}</Data><Data Name="Mask">0x1f</Data><Data Name="At">2021-03-03T10:52:11.6816401Z</Data><Data/></EventData>`;
    const theirs = `<EventData>\n  <Data Name="Id">0197231E-C424-69E1-C922-000000000800</Data>\n <Data Name="Mask">0x0000001F</Data>\n <Data Name="At">2021-03-03 10:52:11.681640</Data><Data></Data></EventData>`;
    expect(factsOf(ours)).toEqual(factsOf(theirs));
    expect(factsOf(ours)).toContain("Event.EventData.Data=0x1f");
  });

  it("is told apart where it differs, once for each time", () => {
    const ours = factsOf("<EventData><Data>a</Data><Data>a</Data><Data>b</Data></EventData>");
    const theirs = factsOf("<EventData><Data>a</Data><Data>c &amp; d</Data></EventData>");
    expect(unlike(ours, theirs)).toEqual({
      ours: ["Event.EventData.Data=a", "Event.EventData.Data=b"],
      theirs: ["Event.EventData.Data=c & d"],
    });
  });

  it("is read out of python-evtx's lists, which stand as text, and its bytes", () => {
    const theirs =
      "<EventData><Data>&lt;string&gt;a&lt;/string&gt;\n&lt;string&gt;&lt;/string&gt;\n&lt;string&gt;b&lt;/string&gt;</Data><Binary>AQIDBA==</Binary></EventData>";
    const ours = "<EventData><Data>a</Data><Data/><Data>b</Data><Binary>01020304</Binary></EventData>";
    expect(factsOf(theirs)).toEqual(factsOf(ours));
  });

  it("keeps two events of one number", () => {
    expect([...eventsInXml(event("") + event("")).keys()]).toEqual(["7", "7#2"]);
  });
});
