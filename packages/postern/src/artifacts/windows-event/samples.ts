/** One Sysmon event of an invented server, as each tool writes it. Test data only. */
export interface Sample {
  readonly name: string;
  readonly text: string;
  /** The form states channel, provider, computer, record id and level. */
  readonly header: boolean;
}

/** What every sample says. */
export const SYSMON_VALUES: Readonly<Record<string, string>> = {
  UtcTime: "2021-03-03 09:00:00.120",
  ProcessGuid: "{aaaaaaaa-0000-0000-0000-000000000001}",
  ProcessId: "4321",
  Image: "C:\\Windows\\System32\\cmd.exe",
  CommandLine: 'cmd /c "whoami" & echo a=b',
  User: "NT-AUTORITÄT\\SYSTEM",
  ParentImage: "C:\\Windows\\System32\\inetsrv\\w3wp.exe",
};

const CHANNEL = "Microsoft-Windows-Sysmon/Operational";
const PROVIDER = "Microsoft-Windows-Sysmon";
const COMPUTER = "EXCH01.school.example";
const MESSAGE = [
  "Process Create:",
  ...Object.entries(SYSMON_VALUES).map(([name, value]) => `${name}: ${value}`),
].join("\n");
const XML_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event";

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

const XML_DATA = Object.entries(SYSMON_VALUES)
  .map(([name, value]) => `<Data Name="${name}">${escaped(value)}</Data>`)
  .join("");

const XML =
  `<Event xmlns="${XML_NAMESPACE}"><System><Provider Name="${PROVIDER}" Guid="{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"/><EventID>1</EventID>` +
  `<Version>5</Version><Level>4</Level><TimeCreated SystemTime="2021-03-03T09:00:00.1234567Z"/><EventRecordID>4711</EventRecordID>` +
  `<Execution ProcessID="1" ThreadID="2"/><Channel>${CHANNEL}</Channel><Computer>${COMPUTER}</Computer><Security UserID="S-1-5-18"/></System>` +
  `<EventData>${XML_DATA}</EventData></Event>`;

const TREE = {
  Event: {
    "#attributes": { xmlns: XML_NAMESPACE },
    System: {
      Provider: { "#attributes": { Name: PROVIDER, Guid: "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}" } },
      EventID: 1,
      Version: 5,
      Level: 4,
      TimeCreated: { "#attributes": { SystemTime: "2021-03-03T09:00:00.123456Z" } },
      EventRecordID: 4711,
      Channel: CHANNEL,
      Computer: COMPUTER,
      Security: { "#attributes": { UserID: "S-1-5-18" } },
    },
    EventData: SYSMON_VALUES,
  },
};

const NAMED_LIST = {
  Data: Object.entries(SYSMON_VALUES).map(([name, value]) => ({ "@Name": name, "#text": value })),
};

const VELOCIRAPTOR = {
  System: {
    Provider: { Name: PROVIDER, Guid: "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}" },
    EventID: { Value: 1 },
    Version: 5,
    Level: 4,
    TimeCreated: { SystemTime: 1614762000.1234567 },
    EventRecordID: 4711,
    Channel: CHANNEL,
    Computer: COMPUTER,
    Security: { UserID: "S-1-5-18" },
  },
  EventData: SYSMON_VALUES,
  Message: MESSAGE,
};

const WINLOGBEAT = {
  "@timestamp": "2021-03-03T09:00:00.123Z",
  event: { code: "1", provider: PROVIDER, kind: "event" },
  host: { name: COMPUTER },
  log: { level: "information" },
  message: MESSAGE,
  winlog: {
    channel: CHANNEL,
    event_id: "1",
    provider_name: PROVIDER,
    computer_name: COMPUTER,
    record_id: 4711,
    event_data: SYSMON_VALUES,
  },
};

const DOTTED = Object.fromEntries<string | number>([
  ["@timestamp", "2021-03-03T09:00:00.123Z"] as const,
  ["event.code", 1] as const,
  ["log.level", "information"] as const,
  ["winlog.channel", CHANNEL] as const,
  ["winlog.provider_name", PROVIDER] as const,
  ["winlog.computer_name", COMPUTER] as const,
  ["winlog.record_id", 4711] as const,
  ...Object.entries(SYSMON_VALUES).map(([name, value]) => [`winlog.event_data.${name}`, value] as const),
]);

const OLD_WINLOGBEAT = {
  "@timestamp": "2021-03-03T09:00:00.123Z",
  computer_name: COMPUTER,
  event_id: 1,
  level: "Information",
  log_name: CHANNEL,
  message: MESSAGE,
  record_number: "4711",
  source_name: PROVIDER,
  event_data: SYSMON_VALUES,
};

const WAZUH = {
  agent: { name: "EXCH01" },
  data: {
    win: {
      system: {
        providerName: PROVIDER,
        eventID: "1",
        level: "4",
        systemTime: "2021-03-03T09:00:00.1234567Z",
        eventRecordID: "4711",
        channel: CHANNEL,
        computer: COMPUTER,
        message: JSON.stringify("Process Create"),
      },
      eventdata: Object.fromEntries(
        Object.entries(SYSMON_VALUES).map(([name, value]) => [
          name.charAt(0).toLowerCase() + name.slice(1),
          value,
        ]),
      ),
    },
  },
};

const NXLOG = {
  tags: ["mordorDataset"],
  EventType: "INFO",
  Version: 5,
  EventTime: "2021-03-03 04:00:00",
  EventReceivedTime: "2021-03-03 04:00:02",
  "@timestamp": "2021-03-03T09:00:02.500Z",
  Hostname: COMPUTER,
  Channel: CHANNEL,
  SourceName: PROVIDER,
  EventID: 1,
  RecordNumber: 4711,
  ExecutionProcessID: 3284,
  ThreadID: 4364,
  Keywords: -9223372036854775808,
  SeverityValue: 2,
  Severity: "INFO",
  host: "wec.internal.example",
  port: 60122,
  AccountName: "SYSTEM",
  Domain: "NT AUTHORITY",
  SourceModuleName: "eventlog",
  Message: MESSAGE,
  ...SYSMON_VALUES,
};

const LOG_ANALYTICS = {
  EventSourceName: PROVIDER,
  Provider: PROVIDER,
  Level: "4",
  Channel: CHANNEL,
  Computer: COMPUTER,
  TimeCreated: "2021-03-03T04:00:00.123Z",
  TimeGenerated: "2021-03-02T23:00:00.123Z",
  EventRecordID: "4711",
  EventID: 1,
  Task: "1",
  EventData: `<EventData xmlns="${XML_NAMESPACE}">${XML_DATA}</EventData>`,
};

const EVTXECMD = {
  PayloadData1: "ProcessID: 4321",
  MapDescription: "Process creation",
  ChunkNumber: 0,
  Computer: COMPUTER,
  Payload: JSON.stringify({ EventData: NAMED_LIST }),
  Channel: CHANNEL,
  Provider: PROVIDER,
  EventId: 1,
  EventRecordId: "4711",
  Level: "Info",
  TimeCreated: "2021-03-03T09:00:00.1234567+00:00",
};

const GET_WINEVENT = {
  Message: MESSAGE,
  Id: 1,
  Version: 5,
  Level: 4,
  ProviderName: PROVIDER,
  LogName: CHANNEL,
  MachineName: COMPUTER,
  RecordId: 4711,
  TimeCreated: "/Date(1614762000123)/",
  LevelDisplayName: "Informationen",
  Properties: ["System.Diagnostics.Eventing.Reader.EventProperty"],
};

const HAYABUSA = {
  Timestamp: "2021-03-03 09:00:00.123 +00:00",
  RuleTitle: "Proc Exec",
  Computer: COMPUTER,
  Channel: "Sysmon",
  EventID: 1,
  RecordID: 4711,
  Details: SYSMON_VALUES,
};

function csv(row: Readonly<Record<string, unknown>>): string {
  const quoted = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;
  return `${Object.keys(row).join(",")}\n${Object.values(row).map(quoted).join(",")}\n`;
}

function keyValues(row: Readonly<Record<string, unknown>>): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}="${String(value)}"`)
    .join(" ");
}

const json = (value: unknown): string => JSON.stringify(value);

/** All forms. */
export const SAMPLES: readonly Sample[] = [
  { name: "evtx_dump on one line", text: json(TREE), header: true },
  { name: "evtx_dump over many lines", text: JSON.stringify(TREE, null, 2), header: true },
  { name: "a list", text: json([TREE]), header: true },
  {
    name: "the tree with a list of named Data",
    text: json({ Event: { ...TREE.Event, EventData: NAMED_LIST } }),
    header: true,
  },
  { name: "chainsaw", text: json({ group: "Sigma", document: { kind: "evtx", data: TREE } }), header: true },
  { name: "Velociraptor", text: json(VELOCIRAPTOR), header: true },
  { name: "winlogbeat", text: json(WINLOGBEAT), header: true },
  { name: "winlogbeat with dotted names", text: json(DOTTED), header: true },
  { name: "an Elasticsearch hit", text: json({ _index: "w", _source: WINLOGBEAT }), header: true },
  { name: "old winlogbeat", text: json(OLD_WINLOGBEAT), header: true },
  { name: "Wazuh", text: json(WAZUH), header: true },
  { name: "nxlog and the OTRF Security Datasets", text: json(NXLOG), header: true },
  { name: "Log Analytics with EventData as text", text: json([LOG_ANALYTICS]), header: true },
  { name: "EvtxECmd JSON", text: json(EVTXECMD), header: true },
  { name: "EvtxECmd CSV", text: csv(EVTXECMD), header: true },
  { name: "Get-WinEvent to JSON", text: JSON.stringify(GET_WINEVENT, null, 4), header: true },
  { name: "Get-WinEvent to CSV", text: csv(GET_WINEVENT), header: true },
  { name: "hayabusa", text: json(HAYABUSA), header: false },
  { name: "wevtutil XML", text: `<Events>${XML}</Events>`, header: true },
  { name: "wevtutil XML without a root", text: XML, header: true },
  {
    name: "key=value line",
    text: keyValues({
      TimeCreated: "2021-03-03T09:00:00.123Z",
      EventCode: 1,
      Computer: COMPUTER,
      ...SYSMON_VALUES,
    }),
    header: false,
  },
];
