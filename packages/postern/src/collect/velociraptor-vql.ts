/**
 * The registry gives the folder of Exchange, applicationHost.config those of logs and sites, beside the usual ones. Whoever serves a
 * whole drive does not make it be copied. Plugins and functions: docs.velociraptor.app, VQL reference.
 */
const FIND: string = String.raw`LET HostFile <= expand(path='''%SystemRoot%\System32\inetsrv\config\applicationHost.config''')

LET Installed = SELECT 'exchange' AS Root, Data.value AS Folder
  FROM glob(globs='HKEY_LOCAL_MACHINE/SOFTWARE/Microsoft/ExchangeServer/v15/Setup/MsiInstallPath', accessor='registry')

LET LogFolders = SELECT 'iis-logs' AS Root, expand(path=Path) AS Folder
  FROM parse_records_with_regex(file=HostFile, accessor='auto', regex='<logFile[^>]+directory="(?P<Path>[^"]+)"')

LET SiteFolders = SELECT 'web-roots' AS Root, expand(path=Path) AS Folder
  FROM parse_records_with_regex(file=HostFile, accessor='auto', regex='<virtualDirectory[^>]+physicalPath="(?P<Path>[^"]+)"')
  WHERE NOT Folder =~ '^.:.?$' AND NOT Folder =~ 'FrontEnd|ClientAccess'

LET Folders <= SELECT Root, Folder FROM chain(a=UsualFolders, b=Installed, c=LogFolders, d=SiteFolders)
  GROUP BY Root, Folder

LET Oldest <= timestamp(epoch=now() - MaxAgeDays * 86400)

LET Patterns(Table) = SELECT * FROM foreach(row=Table, query={
    SELECT Definition, Aged, Hashed, Accessor, Folder + '/' + Glob AS Pattern FROM Folders WHERE Root = At
  })

LET Files(Table) = SELECT * FROM foreach(row=Patterns(Table=Table), query={
    SELECT Definition, Aged, Hashed, Accessor, OSPath, Size, Mtime, Atime, Ctime, Btime
    FROM glob(globs=Pattern, accessor=Accessor)
    WHERE NOT IsDir AND Size <= MaxFileMB * 1048576 AND (MaxAgeDays = 0 OR Aged != 'Y' OR Mtime > Oldest)
  })
  GROUP BY OSPath

`;

/** Uploads every file once; columns as other triage artifacts name them, so that its times are found. */
export const UPLOADS_QUERY: string = `${FIND}SELECT OSPath AS SourceFile, Size AS FileSize, Btime AS Created, Ctime AS Changed, Mtime AS Modified, Atime AS LastAccessed,
       Definition, upload(file=OSPath, accessor=Accessor, mtime=Mtime) AS Upload
FROM Files(Table=Globs)
`;

/** Hashes files that are not uploaded. */
export const HASHES_QUERY: string = `${FIND}SELECT OSPath AS SourceFile, Size AS FileSize, Btime AS Created, Ctime AS Changed, Mtime AS Modified, Definition,
       if(condition=Hashed = 'Y', then=hash(path=OSPath, accessor=Accessor, hashselect='SHA256').SHA256) AS Sha256
FROM Files(Table=HashGlobs)
`;
