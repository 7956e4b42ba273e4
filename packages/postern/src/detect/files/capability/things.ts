/**
 * What classes, program ids and class ids are, by the last part of their lower-case name. Only the role counts:
 * `process` starts programs, `fso` reaches files, `stream` holds bytes. Source: the .NET and Windows Script documentation.
 */
const CLASSES: Readonly<Record<string, string>> = {
  process: "process",
  processstartinfo: "process",
  assembly: "assembly",
  appdomain: "appdomain",
  activator: "activator",
  type: "type",
  convert: "convert",
  encoding: "encoding",
  asciiencoding: "encoding",
  utf8encoding: "encoding",
  unicodeencoding: "encoding",
  file: "file-class",
  directory: "folder-class",
  directoryinfo: "folder",
  driveinfo: "drives",
  fileinfo: "file",
  path: "path-class",
  streamwriter: "writer",
  streamreader: "reader",
  filestream: "file-stream",
  binarywriter: "writer",
  binaryreader: "reader",
  stringreader: "reader",
  memorystream: "bytes",
  gzipstream: "bytes",
  deflatestream: "bytes",
  cryptostream: "bytes",
  rijndaelmanaged: "cipher",
  aescryptoserviceprovider: "cipher",
  aesmanaged: "cipher",
  aes: "cipher",
  rijndael: "cipher",
  tripledescryptoserviceprovider: "cipher",
  descryptoserviceprovider: "cipher",
  rsacryptoserviceprovider: "cipher",
  rc2cryptoserviceprovider: "cipher",
  symmetricalgorithm: "cipher",
  csharpcodeprovider: "compiler",
  vbcodeprovider: "compiler",
  jscriptcodeprovider: "compiler",
  codedomprovider: "compiler",
  csharpscript: "script-engine",
  visualbasicscript: "script-engine",
  csharpsyntaxtree: "compiler",
  csharpcompilation: "compiler",
  vsaengine: "script-engine",
  scriptcontrol: "script-engine",
  scriptcontrolclass: "script-engine",
  binaryformatter: "formatter",
  losformatter: "formatter",
  objectstateformatter: "formatter",
  soapformatter: "formatter",
  netdatacontractserializer: "formatter",
  xamlreader: "formatter",
  xamlservices: "formatter",
  sessionpageadapter: "formatter",
  xslcompiledtransform: "transform",
  xsltransform: "transform",
  socket: "socket",
  tcpclient: "socket",
  udpclient: "socket",
  tcplistener: "socket",
  httplistener: "listener",
  networkstream: "socket",
  sslstream: "socket",
  webclient: "web-client",
  httpclient: "web-client",
  webrequest: "web-request",
  httpwebrequest: "web-request",
  ftpwebrequest: "web-request",
  sqlcommand: "sql-command",
  oledbcommand: "sql-command",
  odbccommand: "sql-command",
  mysqlcommand: "sql-command",
  oraclecommand: "sql-command",
  npgsqlcommand: "sql-command",
  sqlitecommand: "sql-command",
  sqldataadapter: "sql-command",
  oledbdataadapter: "sql-command",
  odbcdataadapter: "sql-command",
  mysqldataadapter: "sql-command",
  oracledataadapter: "sql-command",
  sqlconnection: "sql-connection",
  oledbconnection: "sql-connection",
  odbcconnection: "sql-connection",
  mysqlconnection: "sql-connection",
  oracleconnection: "sql-connection",
  npgsqlconnection: "sql-connection",
  powershell: "powershell",
  runspacefactory: "powershell",
  runspace: "powershell",
  runspaceinvoke: "powershell",
  managementclass: "wmi",
  managementobject: "wmi",
  managementobjectsearcher: "wmi-query",
  registry: "registry",
  registrykey: "registry",
  servicecontroller: "services",
  directoryentry: "directory-entry",
  marshal: "memory",
  machinekeysection: "machine-key",
  hostingenvironment: "hosting",
  virtualpathprovider: "virtual-files",
  routetable: "routes",
  globalfilters: "filters",
  httprequest: "request",
  httprequestbase: "request",
  httprequestwrapper: "request",
  httpcontext: "context",
  httpcontextbase: "context",
  httpcontextwrapper: "context",
  httpserverutility: "server",
  httppostedfile: "posted-file",
  httppostedfilebase: "posted-file",
  httpfilecollection: "files",
  fileupload: "posted-file",
  htmlinputfile: "posted-file",
  textbox: "control",
  htmlinputtext: "control",
  htmltextarea: "control",
  dropdownlist: "control",
  hiddenfield: "control",
  httpapplication: "context",
  activexobject: "activex",
  environment: "environment",
  bitconverter: "convert",
  stringbuilder: "builder",
  random: "number",
  int32: "number",
  int: "number",
  integer: "number",
  long: "number",
  int64: "number",
  int16: "number",
  double: "number",
  decimal: "number",
  float: "number",
  bool: "number",
  boolean: "number",
  guid: "number",
  datetime: "number",
};

/** Objects of COM by how their program id begins. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/^wscript\.shell/u, "shell"],
  [/^shell\.application/u, "shell-application"],
  [/^wscript\.network/u, "network-names"],
  [/^scripting\.filesystemobject/u, "fso"],
  [/^adodb\.stream/u, "stream"],
  [/^(?:microsoft\.|msxml\d?\.|winhttp\.)(?:server)?(?:xmlhttp|winhttprequest)/u, "xmlhttp"],
  [/^(?:ms)?scriptcontrol/u, "script-engine"],
  [/^adodb\.(?:connection|command)/u, "sql-connection"],
  [/^adodb\.recordset/u, "recordset"],
  [/^adox\.catalog/u, "catalog"],
  [/^(?:schedule\.service|wbemscripting|winmgmts)/u, "wmi"],
  [/^scripting\.dictionary/u, "list"],
  [/^(?:microsoft|msxml2?)\.(?:xmldom|domdocument|freethreadeddom)/u, "xml"],
  [/^(?:system\.)?(?:runtime\.serialization|text)/u, "bytes"],
  [/^persits\.upload|^dundas\.upload|^softartisans|^lyfupload|^aspsmartupload/u, "upload-component"],
  [/^mswinsock|^socket\.|^dynu\./u, "socket"],
];

/** Class ids of the same objects, without braces. Source: the Windows registry. */
const CLASS_IDS: Readonly<Record<string, string>> = {
  "72c24dd5-d70a-438b-8a42-98424b88afb8": "shell",
  "f935dc22-1cf0-11d0-adb9-00c04fd58a0b": "shell",
  "13709620-c279-11ce-a49e-444553540000": "shell-application",
  "9ba05972-f6a8-11cf-a442-00a0c90a8f39": "shell-application",
  "c08afd90-f2a1-11d1-8455-00a0c91f3880": "shell-application",
  "0d43fe01-f093-11cf-8940-00a0c9054228": "fso",
  "00000566-0000-0010-8000-00aa006d2ea4": "stream",
  "0e59f1d5-1fbe-11d0-8ff2-00a0d10038bc": "script-engine",
  "f6d90f16-9c73-11d3-b32e-00c04f990bb4": "xmlhttp",
  "093ff999-1ea0-4079-9525-9614c3504b74": "network-names",
};

/** What a class is; an empty text for classes that matter to nobody here. */
export function kindOfClass(name: string): string {
  const last = name.slice(name.lastIndexOf(".") + 1).replace(/\[\]$/u, "");
  return Object.hasOwn(CLASSES, last) ? (CLASSES[last] ?? "") : "";
}

/** What a COM object is, by program id, class id or moniker. */
export function kindOfObject(id: string): string {
  const name = id
    .trim()
    .toLowerCase()
    .replace(/^(?:new:)?(?:clsid:)?\{?/u, "")
    .replace(/\}.*$/u, "");
  if (Object.hasOwn(CLASS_IDS, name)) return CLASS_IDS[name] ?? "";
  return PROGRAMS.find(([pattern]) => pattern.test(name))?.[1] ?? "";
}

/** True for names of classes and objects that a back door may want to hide. */
export function isTellingName(text: string): boolean {
  const name = text.trim().toLowerCase();
  if (name.length < 4 || name.length > 120) return false;
  return TELLING.test(name);
}

const TELLING =
  /^(?:wscript\.shell(?:\.1)?|shell\.application|scripting\.filesystemobject|adodb\.stream|(?:ms)?scriptcontrol\.scriptcontrol(?:\.1)?|microsoft\.xmlhttp|eval|execute|executeglobal|executestatement|unsafe|cmd\.exe|powershell(?:\.exe)?|system\.diagnostics\.process|system\.reflection\.assembly|assembly|frombase64string|createinstance|getmethod|processstartinfo|transformfinalblock|createdecryptor|request|wscript|xp_cmdshell)$/u;
