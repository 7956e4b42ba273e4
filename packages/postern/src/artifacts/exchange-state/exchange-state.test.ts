import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findStateReader, type StateEntry } from "./index.ts";

function read(
  text: string | Uint8Array,
  name = "export.txt",
): {
  readonly id: string | null;
  readonly entries: readonly StateEntry[];
  readonly damage: readonly string[];
} {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const reader = findStateReader(bytes.subarray(0, 65_536), name);
  const entries: StateEntry[] = [];
  const damage = reader?.parse(bytes, 3, (entry) => entries.push(entry)) ?? [];
  return { id: reader?.id ?? null, entries, damage: damage.map((one) => one.code) };
}

const CLI_HEAD = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">';
/** As Exchange 2016 exports it through a remote session: class names with `Deserialized.`, a second object that refers to them. */
const RULES_XML = `${CLI_HEAD}
  <Obj RefId="0">
    <TN RefId="0"><T>Deserialized.Microsoft.Exchange.Management.Common.InboxRule</T><T>Deserialized.System.Object</T></TN>
    <ToString>weekly</ToString>
    <Props>
      <S N="Description">If the message:_x000D__x000A_	has "invoice"</S>
      <B N="Enabled">true</B>
      <S N="Name">weekly</S>
      <Obj N="ForwardTo" RefId="1"><TN RefId="1"><T>System.Collections.ArrayList</T></TN><LST><S>"Out" [SMTP:collector@outside.example]</S></LST></Obj>
      <Nil N="RedirectTo" />
      <Obj N="MailboxOwnerId" RefId="2"><TNRef RefId="1" /><ToString>larchmere.example/Staff/A Whitcombe</ToString></Obj>
      <U64 N="RuleIdentity">4711</U64>
    </Props>
  </Obj>
  <Obj RefId="3">
    <TNRef RefId="0" />
    <Props><S N="Name"></S><B N="Enabled">true</B><Ref N="MailboxOwnerId" RefId="2" /></Props>
  </Obj>
</Objs>`;

const DOMAINS_CSV =
  '#TYPE Selected.Microsoft.Exchange.Data.Directory.SystemConfiguration.AcceptedDomain\r\n"DomainName","DomainType","Default"\r\n"larchmere.example","Authoritative","True"\r\n"two\r\nlines.example","InternalRelay","False"\r\n';
const OAB_LIST = [
  "",
  "Name                            : OAB (Default Web Site)",
  "PollInterval                    : 480",
  "Path                            : C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB",
  "Server                          : LUSD-EX01",
  "InternalUrl                     : https://mail.larchmere.example/OAB",
  "ExternalUrl                     : http://f/",
  "ObjectClass                     : top",
  "                                  msExchVirtualDirectory",
  "WhenChangedUTC                  : 3/4/2021 4:07:21 PM",
  "",
  "",
].join("\r\n");
const AUDIT_JSON = JSON.stringify([
  {
    ObjectModified: "larchmere.example/Staff/A Whitcombe",
    CmdletName: "Set-Mailbox",
    CmdletParameters: [
      { Name: "Identity", Value: "a.whitcombe" },
      { Name: "ForwardingSmtpAddress", Value: "smtp:x@outside.example" },
    ],
    Caller: "larchmere.example/Admins/it.admin",
    Succeeded: true,
    RunDate: "/Date(1614762733000)/",
  },
]);

describe("an export of Exchange's state is known by what stands in it, in every form that PowerShell writes", () => {
  test("Export-Clixml: class names, lists, references and escaped line ends", () => {
    const { id, entries, damage } = read(RULES_XML, "anything.xml");
    expect([id, damage, entries.length]).toEqual(["exchange-state-cli-xml", [], 2]);
    expect(entries[0]).toMatchObject({
      kind: "inbox-rule",
      values: {
        name: ["weekly"],
        forwardto: ['"Out" [SMTP:collector@outside.example]'],
        redirectto: [],
        mailboxownerid: ["larchmere.example/Staff/A Whitcombe"],
        description: ['If the message:\r\n\thas "invoice"'],
      },
    });
    expect(entries[1]?.values["mailboxownerid"]).toEqual(["larchmere.example/Staff/A Whitcombe"]);
    const cited = entries.map(({ at }) => RULES_XML.slice(at.offsetBytes, at.offsetBytes + at.lengthBytes));
    expect(cited.map((text) => [text.slice(0, 5), text.slice(-6)])).toEqual([
      ["<Obj ", "</Obj>"],
      ["<Obj ", "</Obj>"],
    ]);
    expect(entries[0]?.at.item).toBe(3);
  });

  test("an object inside another is found too, as in a HealthChecker file", () => {
    const nested = `${CLI_HEAD}<Obj RefId="0"><TN RefId="0"><T>HealthChecker.HealthCheckerExchangeServer</T></TN><MS>
      <Obj N="OrganizationInformation" RefId="1"><MS><Obj N="GetHybridConfiguration" RefId="2"><TN RefId="1">
      <T>Microsoft.Exchange.Data.Directory.SystemConfiguration.HybridConfiguration</T></TN><Props><S N="OnPremisesSmartHost">mail.larchmere.example</S>
      <S N="TlsCertificateName">CN=mail</S></Props></Obj></MS></Obj></MS></Obj></Objs>`;
    expect(read(nested, "HealthChecker-EX01.xml").entries).toMatchObject([
      { kind: "hybrid-configuration", values: { onpremisessmarthost: ["mail.larchmere.example"] } },
    ]);
  });

  test("ConvertTo-Json: a list, a single object, a list in a wrapper; parameters keep name and value", () => {
    const { id, entries } = read(AUDIT_JSON, "x.json");
    expect(id).toBe("exchange-state-json");
    expect(entries).toMatchObject([
      {
        kind: "admin-audit",
        values: {
          cmdletparameters: ["Identity: a.whitcombe", "ForwardingSmtpAddress: smtp:x@outside.example"],
          succeeded: ["true"],
        },
      },
    ]);
    const { offsetBytes = 0, lengthBytes = 0 } = entries[0]?.at ?? {};
    expect(JSON.parse(AUDIT_JSON.slice(offsetBytes, offsetBytes + lengthBytes))).toMatchObject({
      CmdletName: "Set-Mailbox",
    });
    expect(read(AUDIT_JSON.slice(1, -1)).entries).toHaveLength(1);
    expect(read(`{"value":${AUDIT_JSON},"Count":1}`).entries).toHaveLength(1);
  });

  test("UTF-16, as Out-File of Windows PowerShell writes it", () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(AUDIT_JSON, "utf16le")]);
    const { entries } = read(bytes);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.at.offsetBytes).toBe(4);
    expect(read(Buffer.from(`\uFEFF${OAB_LIST}`, "utf16le")).entries).toHaveLength(1);
  });

  test("Export-Csv with and without its type line; values with line ends; semicolons", () => {
    const { id, entries } = read(DOMAINS_CSV);
    expect([id, entries.length]).toEqual(["exchange-state-csv", 2]);
    expect(entries[0]).toMatchObject({
      kind: "accepted-domain",
      values: { domainname: ["larchmere.example"], default: ["True"] },
      at: { record: 3 },
    });
    expect(entries[1]?.values["domainname"]).toEqual(["two\r\nlines.example"]);
    const plain = DOMAINS_CSV.slice(DOMAINS_CSV.indexOf("\n") + 1).replaceAll(",", ";");
    expect(read(plain).entries.map(({ values }) => values["domaintype"])).toEqual([
      ["Authoritative"],
      ["InternalRelay"],
    ]);
  });

  test("Format-List: a wrapped value, a list below itself, a list in braces", () => {
    const { id, entries } = read(OAB_LIST);
    expect([id, entries.length]).toEqual(["exchange-state-list", 1]);
    expect(entries[0]).toMatchObject({
      kind: "virtual-directory",
      values: { externalurl: ["http://f/"], server: ["LUSD-EX01"], whenchangedutc: ["3/4/2021 4:07:21 PM"] },
      at: { record: 2 },
    });
    const wrapped = `Identity     : a\\Calendar\r\nFolderName   : ${"x".repeat(64)}\r\n               yz\r\nUser         : Default\r\nAccessRights : {Reviewer, Editor...}\r\n`;
    expect(read(wrapped).entries[0]?.values).toMatchObject({
      foldername: [`${"x".repeat(64)}yz`],
      accessrights: ["Reviewer", "Editor"],
    });
  });

  test("what is no object of Exchange is not taken for one", () => {
    expect(
      read(
        `${CLI_HEAD}<Obj RefId="0"><TN RefId="0"><T>Other.Rule</T></TN><Props><S N="A">1</S><S N="B">2</S></Props></Obj></Objs>`,
      ).id,
    ).toBeNull();
    expect(read('[{"a":1,"b":2}]').id).toBeNull();
    expect(read("a,b\r\n1,2\r\n").id).toBeNull();
    expect(read("Subject : hello\r\nFrom : me\r\nTo : you\r\nDate : today\r\n\r\n").id).toBeNull();
    expect(read("").id).toBeNull();
  });
});

describe("a broken or hostile export gives what is whole, and damage, never a crash", () => {
  const samples = [RULES_XML, AUDIT_JSON, DOMAINS_CSV, OAB_LIST];

  test("cut at every offset", () => {
    for (const sample of samples) {
      const bytes = Buffer.from(sample);
      for (let end = 0; end < bytes.length; end += 3) {
        const { entries } = read(bytes.subarray(0, end));
        expect(entries.length).toBeLessThanOrEqual(2);
      }
    }
    expect(read(RULES_XML.slice(0, -60))).toMatchObject({ damage: ["XML_MALFORMED"], entries: [{}] });
    expect(read(`${AUDIT_JSON.slice(0, -1)},{"CmdletName":"Set-`)).toMatchObject({
      damage: ["JSON_MALFORMED"],
      entries: [{}],
    });
    expect(read(DOMAINS_CSV.slice(0, -5))).toMatchObject({ damage: ["TEXT_LINE_CUT"] });
  });

  test("any bytes, and any bytes inside a known file", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(3), fc.nat(400), (noise, which, at) => {
        read(noise);
        const sample = Buffer.from(samples[which] ?? "");
        read(Buffer.concat([sample.subarray(0, at), noise, sample.subarray(at)]));
      }),
      { numRuns: 300 },
    );
  });

  test("entities that multiply are not resolved, and neither depth nor lists nor values grow without end", () => {
    const laughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>${RULES_XML.replace("weekly", "&b;")}`;
    const { entries } = read(RULES_XML.replace("<ToString>weekly", "<ToString>&b;"));
    expect(read(laughs).entries).toEqual([]);
    expect(entries).toEqual([]);
    const deep = RULES_XML.replace(
      '<Nil N="RedirectTo" />',
      `${"<Obj><LST>".repeat(500)}${"</LST></Obj>".repeat(500)}`,
    );
    expect(read(deep).damage).toEqual(["XML_MALFORMED"]);
    expect(read("[".repeat(100_000)).entries).toEqual([]);
    const many = RULES_XML.replace("<LST><S>", `<LST>${"<S>x</S>".repeat(5_000)}<S>`);
    expect(read(many).entries[0]?.values["forwardto"]).toHaveLength(500);
    const long = RULES_XML.replace("collector@", `${"c".repeat(100_000)}@`);
    expect(read(long).entries[0]?.values["forwardto"]?.[0]).toHaveLength(4_000);
  });
});
