import { describe, expect, it } from "vitest";
import { damageOf, dataOf, fieldsOf, readChunk, systemOf, toJson, toXml } from "@postern/evtx";
import type { EvtxRecord } from "@postern/evtx";
import * as made from "./testing/index.ts";

const TIME = 132_592_423_316_816_401n;

function recordOf(data: made.InstanceValue): EvtxRecord {
  const body = made.eventBody({
    eventId: 4624,
    recordId: 7n,
    timeCreated: TIME,
    data,
    userId: made.sid(5, [18]),
  });
  const { bytes } = made.writeChunk([{ id: 7n, filetime: TIME, body }]);
  const [record] = readChunk(bytes, 4096).records;
  if (record === undefined) throw new Error("the record was not read");
  return record;
}

const bare = (element: made.XmlElement): EvtxRecord => recordOf({ bare: element });

function bodyOf(record: EvtxRecord, name: string): unknown {
  const json = toJson(record);
  expect(damageOf(record)).toEqual([]);
  return (json as { Event: Record<string, unknown> }).Event[name]; // eslint-disable-line postern/no-type-assertion -- the shape is what this test looks at
}

describe("an event as JSON, XML and fields", () => {
  it("has its header under System, attributes under #attributes, and leaves out absent attributes", () => {
    const record = bare({ element: "EventData" });
    expect(bodyOf(record, "System")).toEqual({
      Provider: { "#attributes": { Name: "Test-Provider" } },
      EventID: 4624,
      Version: 1,
      Level: 4,
      Keywords: "0x8020000000000000",
      TimeCreated: { "#attributes": { SystemTime: "2021-03-03T10:52:11.681640Z" } },
      EventRecordID: 7,
      Correlation: null,
      Channel: "Test",
      Computer: "mail.example.org",
      Security: { "#attributes": { UserID: "S-1-5-18" } },
    });
    expect(bodyOf(record, "EventData")).toBeNull();
    expect(systemOf(record)).toMatchObject({
      provider: "Test-Provider",
      eventId: "4624",
      timeCreated: "2021-03-03T10:52:11.6816401Z",
      userId: "S-1-5-18",
    });
  });

  it("names values by the Name of their Data element", () => {
    const values = [made.wide("admin"), made.whole(0x08, 3n)];
    const record = recordOf({ nested: { template: made.eventDataTemplate(["User", "LogonType"]), values } });
    expect(bodyOf(record, "EventData")).toEqual({ User: "admin", LogonType: 3 });
    expect(dataOf(record)).toEqual([
      { name: "User", value: "admin" },
      { name: "LogonType", value: "3" },
    ]);
    expect(fieldsOf(record, ["LogonType", "Missing", "User"])).toEqual(["3", undefined, "admin"]);
    expect(toXml(record)).toContain(
      '<EventData><Data Name="User">admin</Data><Data Name="LogonType">3</Data></EventData>',
    );
  });

  it("keeps values without a name as one list in their order, empty ones too", () => {
    const values = [made.wideList(["Set-Mailbox", "", "-Identity x"])];
    const record = recordOf({ nested: { template: made.eventDataTemplate([null]), values } });
    expect(bodyOf(record, "EventData")).toEqual({ Data: { "#text": ["Set-Mailbox", "", "-Identity x"] } });
    expect(dataOf(record).map(({ name, value }) => [name, value])).toEqual([
      [null, "Set-Mailbox"],
      [null, ""],
      [null, "-Identity x"],
    ]);
    expect(toXml(record)).toContain("<Data>Set-Mailbox</Data><Data/><Data>-Identity x</Data>");
  });

  it("numbers the second of two equal element names", () => {
    const children = ["a", "b", "c"].map((text) => ({ element: "Header", children: [text] }));
    const record = bare({ element: "UserData", children: [{ element: "Request", children }] });
    expect(bodyOf(record, "UserData")).toEqual({ Request: { Header: "a", Header_1: "b", Header_2: "c" } });
  });

  it("joins text, character and entity references and CDATA, and keeps instructions in XML", () => {
    const children: made.Xml[] = [
      "x ",
      { entity: "lt" },
      { character: 0xe9 },
      { cdata: "<b>" },
      { instruction: ["pi", "data"] },
    ];
    const record = bare({ element: "EventData", children: [{ element: "Note", children }] });
    expect(bodyOf(record, "EventData")).toEqual({ Note: "x <é<b>" });
    expect(toXml(record)).toContain("<Note>x &lt;é<![CDATA[<b>]]><?pi data?></Note>");
  });

  it("reads an instance inside of a definition", () => {
    const inner = { template: { element: "Inner", children: [{ slot: 0 }] }, values: [made.wide("deep")] };
    const template = { element: "UserData", children: [{ instance: inner }] };
    const record = recordOf({ nested: { template, values: [] } });
    expect(bodyOf(record, "UserData")).toEqual({ Inner: "deep" });
  });

  it("joins the pieces of an attribute, and keeps an entity that nobody defined", () => {
    const attributes: made.XmlElement["attributes"] = [
      ["scheme", "a", { entity: "amp" }, { character: 0x62 }, { entity: "own" }],
    ];
    const record = bare({ element: "UserData", children: [{ element: "Url", attributes }] });
    expect(bodyOf(record, "UserData")).toEqual({ Url: { "#attributes": { scheme: "a&b&own;" } } });
    expect(toXml(record)).toContain('<Url scheme="a&amp;b&amp;own;"/>');
  });

  it("reads binary XML inside of binary XML inside of a value", () => {
    const deep = { template: { element: "Deep", children: [{ slot: 0 }] }, values: [made.whole(0x08, 7n)] };
    const outer = { element: "Outer", children: [{ slot: 0 }] };
    const template = { element: "UserData", children: [{ slot: 0 }] };
    const values = [{ nested: { template: outer, values: [{ nested: deep }] } }];
    const record = recordOf({ nested: { template, values } });
    expect(bodyOf(record, "UserData")).toEqual({ Outer: { Deep: 7 } });
    expect(toXml(record)).toContain("<UserData><Outer><Deep>7</Deep></Outer></UserData>");
  });

  it("leaves an optional value out and keeps the element of a required one", () => {
    const template = {
      element: "EventData",
      children: [{ element: "Data", attributes: [["Name", "A"]], children: [{ slot: 0 }] }],
    } as const;
    const record = recordOf({ nested: { template, values: [made.nothing] } });
    expect(bodyOf(record, "EventData")).toEqual({ A: "" });
    expect(toXml(record)).toContain('<EventData><Data Name="A"/></EventData>');
  });

  it("gives well-formed XML for names and texts that XML forbids", () => {
    const record = bare({
      element: 'a b"><c',
      attributes: [["x y", 'q"<\u0001']],
      children: ["\u0000\uffff"],
    });
    expect(toXml(record)).toContain('<a_b___c x_y="q&quot;&lt;\ufffd">\ufffd\ufffd</a_b___c>');
  });
});
