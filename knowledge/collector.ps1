<#
.SYNOPSIS
Collects from an Exchange server what Postern reads, into one zip.

.DESCRIPTION
Made by Postern (postern collect --to powershell). Read it before you run it: it opens files for reading, asks Exchange with Get- and
Search- commands only, changes no setting, installs nothing and needs no network. It runs with low priority and stops taking
files when the disk gets full.

The zip holds settings, logs with names and addresses of users, and keys that stand in web.config files: keep it like a password.
Its last file, postern-collection.jsonl, lists everything with SHA-256, and everything that could not be taken and why.

Run it as administrator in 64-bit Windows PowerShell, from a folder on a disk that is not the one of Windows or of the databases:
    powershell.exe -NoProfile -ExecutionPolicy Bypass -File .\Collect-Exchange.ps1 -OutFolder E:\

.PARAMETER OutFolder
Folder for the zip. Default: the folder of this script.
.PARAMETER MaxAgeDays
Logs that changed before so many days are left out; 0 takes all.
.PARAMETER MaxFileMB
Larger files are named, not copied; 0 for no limit.
.PARAMETER MaxTotalMB
No more files are taken when so much was read; 0 for no limit.
.PARAMETER KeepFreeMB
So much space stays free on the disk of OutFolder.
.PARAMETER MaxMailboxes
Rules and rights are asked for so many mailboxes at most; 0 for none.
.PARAMETER SkipState
Does not ask Exchange and Windows for their state, only copies files.
.PARAMETER ShadowCopy
Makes a shadow copy when a file is locked and reads it there; the shadow copy is removed at the end.
.PARAMETER AlsoFolder
Further folders, for example logs that were moved.
#>
#Requires -Version 3.0
[CmdletBinding()]
param(
    [string]$OutFolder = '',
    [int]$MaxAgeDays = 90,
    [int]$MaxFileMB = 4096,
    [int]$MaxTotalMB = 0,
    [int]$KeepFreeMB = 4096,
    [int]$MaxMailboxes = 2000,
    [switch]$SkipState,
    [switch]$ShadowCopy,
    [string[]]$AlsoFolder = @()
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# What to take. From knowledge/collection.yml.
#DEFINITIONS#

$Megabyte = 1048576
$Started = [DateTime]::UtcNow
$Oldest = [DateTime]::MinValue
if ($MaxAgeDays -gt 0) { $Oldest = $Started.AddDays(-$MaxAgeDays) }
$Zip = $null
$Manifest = $null
$Work = ''
$Stored = @{}
$TotalFiles = 0
$TotalBytes = [long]0
$NowFiles = 0
$NowBytes = [long]0
$NowMissing = 0
$Shadows = @{}
$Exchange = ''

function Write-Word {
    param([string]$Text)
    Write-Host ('{0:HH:mm:ss} {1}' -f (Get-Date), $Text)
}

function Get-UtcText {
    param([DateTime]$Time)
    $Time.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [System.Globalization.CultureInfo]::InvariantCulture)
}

function Write-ManifestLine {
    param([System.Collections.Specialized.OrderedDictionary]$Line)
    $script:Manifest.WriteLine((ConvertTo-Json -InputObject $Line -Compress -Depth 4))
}

function Write-Missing {
    param([string]$Definition, [string]$Path, [string]$Reason, [string]$Detail = '', $Size = $null, $Modified = $null)
    $script:NowMissing++
    Write-ManifestLine -Line ([ordered]@{
        kind = 'missing'; definition = $Definition; path = $Path; reason = $Reason; detail = $Detail
        sizeBytes = $Size; modifiedUtc = $Modified
    })
}

function Get-HexHash {
    param([System.Security.Cryptography.HashAlgorithm]$Hash)
    [System.BitConverter]::ToString($Hash.Hash).Replace('-', '').ToLowerInvariant()
}

# Copies a stream into a new entry of the zip, or nowhere when there is no name, and takes its SHA-256 on the way.
function Copy-Stream {
    param([System.IO.Stream]$From, [string]$EntryName, [DateTime]$Modified)
    $to = [System.IO.Stream]::Null
    if ($EntryName -ne '') {
        $entry = $script:Zip.CreateEntry($EntryName, [System.IO.Compression.CompressionLevel]::Fastest)
        if ($Modified.Year -ge 1980 -and $Modified.Year -le 2107) { $entry.LastWriteTime = [DateTimeOffset]$Modified }
        $to = $entry.Open()
    }
    $hash = New-Object -TypeName System.Security.Cryptography.SHA256CryptoServiceProvider
    $buffer = New-Object -TypeName byte[] -ArgumentList 1048576
    $size = [long]0
    $failure = ''
    try {
        while ($true) {
            $read = $From.Read($buffer, 0, $buffer.Length)
            if ($read -le 0) { break }
            $to.Write($buffer, 0, $read)
            [void]$hash.TransformBlock($buffer, 0, $read, $null, 0)
            $size += $read
        }
    } catch {
        $failure = $_.Exception.Message
    } finally {
        if ($EntryName -ne '') { $to.Dispose() }
    }
    [void]$hash.TransformFinalBlock($buffer, 0, 0)
    $sha256 = Get-HexHash -Hash $hash
    $hash.Dispose()
    @{ Size = $size; Sha256 = $sha256; Failure = $failure }
}

function Write-Taken {
    param([string]$Definition, [string]$Path, [string]$EntryName, $Copied, $Modified, $Created)
    $script:NowFiles++
    $script:NowBytes += $Copied.Size
    $script:TotalFiles++
    $script:TotalBytes += $Copied.Size
    Write-ManifestLine -Line ([ordered]@{
        kind = 'file'; definition = $Definition; path = $Path; stored = $EntryName; sizeBytes = $Copied.Size
        sha256 = $Copied.Sha256; modifiedUtc = $Modified; createdUtc = $Created; complete = ($Copied.Failure -eq '')
    })
}

function Get-FreeMB {
    if ($OutFolder.StartsWith('\\')) { return [long]::MaxValue }
    $drive = New-Object -TypeName System.IO.DriveInfo -ArgumentList ([System.IO.Path]::GetPathRoot($OutFolder))
    [long]($drive.AvailableFreeSpace / $Megabyte)
}

# A file in use is read from a shadow copy of its drive, when that is wished for.
function Get-ShadowPath {
    param([string]$Path)
    $root = [System.IO.Path]::GetPathRoot($Path)
    if (-not $script:Shadows.ContainsKey($root)) {
        Write-Word -Text ('Making a shadow copy of ' + $root)
        $made = (Get-WmiObject -List -Class Win32_ShadowCopy).Create($root, 'ClientAccessible')
        if ($made.ReturnValue -ne 0) { throw ('no shadow copy, code ' + $made.ReturnValue) }
        $shadow = Get-WmiObject -Class Win32_ShadowCopy | Where-Object -FilterScript { $_.ID -eq $made.ShadowID }
        $link = Join-Path -Path $script:Work -ChildPath ('shadow-' + $root.Substring(0, 1))
        & "$env:SystemRoot\System32\cmd.exe" /c mklink /d $link ($shadow.DeviceObject + '\') | Out-Null
        $script:Shadows[$root] = @{ Shadow = $shadow; Link = $link }
    }
    Join-Path -Path $script:Shadows[$root].Link -ChildPath $Path.Substring($root.Length)
}

function Open-ForReading {
    param([string]$Path)
    [System.IO.File]::Open($Path, [System.IO.FileMode]::Open, [System.IO.FileAccess]::Read, [System.IO.FileShare]'ReadWrite, Delete')
}

function Open-File {
    param([string]$Path)
    try {
        Open-ForReading -Path $Path
    } catch {
        if (-not $ShadowCopy) { throw }
        Open-ForReading -Path (Get-ShadowPath -Path $Path)
    }
}

function Get-EntryName {
    param([string]$Path)
    $Path.Substring(0, 1) + '/' + $Path.Substring(3).Replace('\', '/')
}

function Add-File {
    param([hashtable]$Definition, [System.IO.FileInfo]$File, [string]$ReadFrom = '')
    $path = $File.FullName
    $name = Get-EntryName -Path $path
    if ($script:Stored.ContainsKey($name)) { return }
    $source = $path
    $size = $File.Length
    if ($ReadFrom -ne '') {
        $source = $ReadFrom
        $size = (New-Object -TypeName System.IO.FileInfo -ArgumentList $ReadFrom).Length
    }
    $modified = Get-UtcText -Time $File.LastWriteTimeUtc
    $largest = $MaxFileMB
    if ($Definition.LargestMB -gt 0) { $largest = $Definition.LargestMB }
    $reason = ''
    if ($Definition.Aged -and $File.LastWriteTimeUtc -lt $Oldest) { $reason = 'age' }
    elseif ($largest -gt 0 -and $size -gt $largest * $Megabyte) { $reason = 'size' }
    elseif ($MaxTotalMB -gt 0 -and ($script:TotalBytes + $size) -gt $MaxTotalMB * $Megabyte) { $reason = 'total' }
    elseif ((Get-FreeMB) -lt ($KeepFreeMB + $size / $Megabyte)) { $reason = 'space' }
    if ($reason -ne '') {
        Write-Missing -Definition $Definition.Id -Path $path -Reason $reason -Size $size -Modified $modified
        return
    }
    $stream = $null
    try {
        $stream = Open-File -Path $source
        $script:Stored[$name] = $true
        $copied = Copy-Stream -From $stream -EntryName $name -Modified $File.LastWriteTime
        $created = Get-UtcText -Time $File.CreationTimeUtc
        Write-Taken -Definition $Definition.Id -Path $path -EntryName $name -Copied $copied -Modified $modified -Created $created
    } catch {
        Write-Missing -Definition $Definition.Id -Path $path -Reason 'locked' -Detail $_.Exception.Message -Size $size -Modified $modified
    } finally {
        if ($null -ne $stream) { $stream.Dispose() }
    }
}

# Adds a file that this script wrote itself, and removes it.
function Add-Output {
    param([string]$Definition, [string]$Path, [string]$EntryName, [string]$Of)
    $stream = Open-ForReading -Path $Path
    try {
        $copied = Copy-Stream -From $stream -EntryName $EntryName -Modified (Get-Date)
    } finally {
        $stream.Dispose()
    }
    if ($Definition -ne '') {
        Write-Taken -Definition $Definition -Path $Of -EntryName $EntryName -Copied $copied -Modified $null -Created $null
    }
    Remove-Item -LiteralPath $Path -Force
}

function Test-Mask {
    param([string]$Name, [string[]]$Masks)
    foreach ($mask in $Masks) {
        if ($Name -like $mask) { return $true }
    }
    $false
}

function Get-FolderContent {
    param([string]$Definition, [string]$Path)
    try {
        $folder = New-Object -TypeName System.IO.DirectoryInfo -ArgumentList $Path
        $folder.GetFileSystemInfos()
    } catch {
        Write-Missing -Definition $Definition -Path $Path -Reason 'locked' -Detail $_.Exception.Message
    }
}

# Folders that a path with * in its parts means.
function Find-Folder {
    param([string]$Root, [string]$Folder)
    $found = @($Root.TrimEnd('\') + '\')
    foreach ($part in $Folder.Split('\')) {
        if ($part -eq '') { continue }
        $next = @()
        foreach ($parent in $found) {
            if ($part.Contains('*')) {
                if (Test-Path -LiteralPath $parent -PathType Container) {
                    $next += @(Get-ChildItem -LiteralPath $parent -Force -ErrorAction SilentlyContinue |
                        Where-Object -FilterScript { $_.PSIsContainer -and $_.Name -like $part } |
                        ForEach-Object -Process { $_.FullName })
                }
            } else {
                $next += [System.IO.Path]::Combine($parent, $part)
            }
        }
        $found = $next
    }
    foreach ($path in $found) {
        if (Test-Path -LiteralPath $path -PathType Container) { $path }
    }
}

# Files of a definition, one after the other; links are named and not followed.
function Find-File {
    param([hashtable]$Definition)
    foreach ($place in $Definition.Places) {
        foreach ($root in $script:Roots[$place.Root]) {
            $start = @(Find-Folder -Root $root -Folder $place.Folder)
            if ($start.Count -eq 0) {
                Write-Missing -Definition $Definition.Id -Path ([System.IO.Path]::Combine($root, $place.Folder)) -Reason 'absent'
            }
            $folders = New-Object -TypeName System.Collections.Stack
            foreach ($folder in $start) { $folders.Push($folder) }
            while ($folders.Count -gt 0) {
                foreach ($info in @(Get-FolderContent -Definition $Definition.Id -Path $folders.Pop())) {
                    $isLink = ($info.Attributes -band [System.IO.FileAttributes]::ReparsePoint) -ne 0
                    if ($info -is [System.IO.DirectoryInfo]) {
                        if ($isLink) { Write-Missing -Definition $Definition.Id -Path $info.FullName -Reason 'link' }
                        elseif ($place.Deep) { $folders.Push($info.FullName) }
                    } elseif (Test-Mask -Name $info.Name -Masks $place.Names) {
                        if ($isLink) { Write-Missing -Definition $Definition.Id -Path $info.FullName -Reason 'link' }
                        else { $info }
                    }
                }
            }
        }
    }
}

function Invoke-Copy {
    param([hashtable]$Definition)
    Find-File -Definition $Definition | ForEach-Object -Process { Add-File -Definition $Definition -File $_ }
}

function Invoke-List {
    param([hashtable]$Definition)
    $path = Join-Path -Path $script:Work -ChildPath ($Definition.Id + '.csv')
    $writer = New-Object -TypeName System.IO.StreamWriter -ArgumentList $path, $false, (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false)
    $rows = 0
    try {
        $writer.Write("Path,SizeBytes,CreatedUtc,ModifiedUtc,Sha256`r`n")
        $seen = @{}
        foreach ($file in @(Find-File -Definition $Definition)) {
            if ($seen.ContainsKey($file.FullName)) { continue }
            $seen[$file.FullName] = $true
            if ($Definition.Aged -and $file.LastWriteTimeUtc -lt $Oldest) { continue }
            $stream = $null
            try {
                $sha256 = ''
                if ($Definition.Hashes) {
                    $stream = Open-File -Path $file.FullName
                    $copied = Copy-Stream -From $stream -EntryName '' -Modified $file.LastWriteTime
                    if ($copied.Failure -ne '') { throw $copied.Failure }
                    $sha256 = $copied.Sha256
                }
                $writer.Write(('"{0}",{1},{2},{3},{4}' -f $file.FullName, $file.Length, (Get-UtcText -Time $file.CreationTimeUtc), (Get-UtcText -Time $file.LastWriteTimeUtc), $sha256) + "`r`n")
                $rows++
            } catch {
                Write-Missing -Definition $Definition.Id -Path $file.FullName -Reason 'locked' -Detail $_.Exception.Message
            } finally {
                if ($null -ne $stream) { $stream.Dispose() }
            }
        }
    } finally {
        $writer.Dispose()
    }
    if ($rows -gt 0) { Add-Output -Definition $Definition.Id -Path $path -EntryName ('listings/' + $Definition.Id + '.csv') -Of $Definition.Title }
    else { Remove-Item -LiteralPath $path -Force }
}

# Event logs are in use: the event log service writes a copy of each.
function Invoke-Event {
    param([hashtable]$Definition)
    foreach ($channel in $Definition.Channels) {
        $name = $channel.Replace('/', '%4') + '.evtx'
        $log = New-Object -TypeName System.IO.FileInfo -ArgumentList (Join-Path -Path $env:SystemRoot -ChildPath ('System32\winevt\Logs\' + $name))
        if (-not $log.Exists) {
            Write-Missing -Definition $Definition.Id -Path $channel -Reason 'absent'
            continue
        }
        $copy = Join-Path -Path $script:Work -ChildPath 'channel.evtx'
        try {
            $said = & "$env:SystemRoot\System32\wevtutil.exe" epl $channel $copy /ow:true 2>&1
            if ($LASTEXITCODE -ne 0) { throw ($said | Out-String) }
            Add-File -Definition $Definition -File $log -ReadFrom $copy
        } catch {
            Write-Missing -Definition $Definition.Id -Path $channel -Reason 'failed' -Detail $_.Exception.Message
        } finally {
            if (Test-Path -LiteralPath $copy) { Remove-Item -LiteralPath $copy -Force }
        }
    }
}

function Import-ExchangeShell {
    if ($null -ne (Get-Command -Name Get-ExchangeServer -ErrorAction SilentlyContinue)) { return }
    try {
        Add-PSSnapin -Name Microsoft.Exchange.Management.PowerShell.SnapIn
    } catch {
        Write-Word -Text ('The Exchange Management Shell is not there: ' + $_.Exception.Message)
    }
}

function Get-MailboxName {
    if ($MaxMailboxes -le 0 -or $null -eq (Get-Command -Name Get-Mailbox -ErrorAction SilentlyContinue)) { return }
    Get-Mailbox -ResultSize $MaxMailboxes -WarningAction SilentlyContinue | ForEach-Object -Process { $_.DistinguishedName }
}

# Runs the command, for each mailbox where it is meant so; one mailbox that fails does not end the others.
function Get-CommandOutput {
    param([string]$Definition, [hashtable]$Command, [string[]]$Mailboxes)
    if ($Command.Each -eq 'once') {
        & $Command.Run
        return
    }
    foreach ($Mailbox in $Mailboxes) {
        try {
            & $Command.Run
        } catch {
            Write-Missing -Definition $Definition -Path ($Command.Needs + ' ' + $Mailbox) -Reason 'failed' -Detail $_.Exception.Message
        }
    }
}

function Invoke-StateCommand {
    param([string]$Definition, [hashtable]$Command, [string[]]$Mailboxes)
    if ($null -eq (Get-Command -Name $Command.Needs -ErrorAction SilentlyContinue)) {
        Write-Missing -Definition $Definition -Path $Command.Needs -Reason 'absent' -Detail 'there is no such command here'
        return
    }
    if ($Command.Each -eq 'mailbox' -and $Mailboxes.Count -eq 0) {
        Write-Missing -Definition $Definition -Path $Command.Needs -Reason 'left-out' -Detail 'no mailbox to ask for'
        return
    }
    $path = Join-Path -Path $script:Work -ChildPath $Command.File
    try {
        $ask = @{ Definition = $Definition; Command = $Command; Mailboxes = $Mailboxes }
        if ($Command.As -eq 'clixml') { Get-CommandOutput @ask | Export-Clixml -LiteralPath $path -Depth 3 -Encoding UTF8 }
        elseif ($Command.As -eq 'csv') { Get-CommandOutput @ask | Export-Csv -LiteralPath $path -NoTypeInformation -Encoding UTF8 }
        else { Get-CommandOutput @ask | Out-File -FilePath $path -Width 4096 -Encoding UTF8 }
        if (-not (Test-Path -LiteralPath $path)) { throw 'it gave nothing' }
        Add-Output -Definition $Definition -Path $path -EntryName ('state/' + $Command.File) -Of ([string]$Command.Run).Trim()
    } catch {
        Write-Missing -Definition $Definition -Path $Command.Needs -Reason 'failed' -Detail $_.Exception.Message
    } finally {
        if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Force }
    }
}

function Invoke-State {
    param([hashtable]$Definition)
    if ($SkipState) {
        Write-Missing -Definition $Definition.Id -Path $Definition.Title -Reason 'left-out'
        return
    }
    Import-ExchangeShell
    $mailboxes = @()
    $each = @($Definition.Commands | Where-Object -FilterScript { $_.Each -eq 'mailbox' })
    if ($each.Count -gt 0) {
        try {
            $mailboxes = @(Get-MailboxName)
        } catch {
            Write-Missing -Definition $Definition.Id -Path 'Get-Mailbox' -Reason 'failed' -Detail $_.Exception.Message
        }
    }
    foreach ($command in $Definition.Commands) {
        Write-Word -Text ('    ' + $command.Needs)
        Invoke-StateCommand -Definition $Definition.Id -Command $command -Mailboxes $mailboxes
    }
}

function Find-ExchangeFolder {
    foreach ($version in @('v15', 'v14')) {
        $key = 'HKLM:\SOFTWARE\Microsoft\ExchangeServer\' + $version + '\Setup'
        if (Test-Path -LiteralPath $key) {
            $setup = Get-ItemProperty -LiteralPath $key
            if ($null -ne $setup.PSObject.Properties['MsiInstallPath']) { return $setup.MsiInstallPath.TrimEnd('\') }
        }
    }
    if (-not [string]::IsNullOrEmpty($env:ExchangeInstallPath)) { return $env:ExchangeInstallPath.TrimEnd('\') }
    Join-Path -Path $env:ProgramFiles -ChildPath 'Microsoft\Exchange Server\V15'
}

# Log folders and served folders as applicationHost.config names them.
function Get-HostPath {
    param([System.Xml.XmlDocument]$Config, [string]$Query, [string]$Attribute)
    foreach ($node in $Config.SelectNodes($Query)) {
        $path = [Environment]::ExpandEnvironmentVariables($node.GetAttribute($Attribute)).Replace('/', '\').TrimEnd('\')
        if ($path -match '^[A-Za-z]:\\.') { $path }
    }
}

function Find-Root {
    $script:Exchange = Find-ExchangeFolder
    $drive = $env:SystemDrive + '\'
    $logs = @(Join-Path -Path $drive -ChildPath 'inetpub\logs\LogFiles')
    $served = @(Join-Path -Path $drive -ChildPath 'inetpub\wwwroot')
    try {
        $config = New-Object -TypeName System.Xml.XmlDocument
        $config.XmlResolver = $null
        $config.Load((Join-Path -Path $env:SystemRoot -ChildPath 'System32\inetsrv\config\applicationHost.config'))
        $logs += @(Get-HostPath -Config $config -Query '//logFile[@directory]' -Attribute 'directory')
        $served += @(Get-HostPath -Config $config -Query '//virtualDirectory[@physicalPath]' -Attribute 'physicalPath')
    } catch {
        Write-Word -Text ('applicationHost.config cannot be read, the usual folders are taken: ' + $_.Exception.Message)
    }
    $own = $script:Exchange + '\'
    $windows = $env:SystemRoot
    $served = @($served | Where-Object -FilterScript {
        -not ($_ + '\').StartsWith($own, [StringComparison]::OrdinalIgnoreCase) -and
        -not ($windows + '\').StartsWith($_ + '\', [StringComparison]::OrdinalIgnoreCase)
    })
    @{
        'drive' = @($drive)
        'windows' = @($windows)
        'program-data' = @($env:ProgramData)
        'exchange' = @($script:Exchange)
        'iis-logs' = @($logs | Sort-Object -Unique)
        'web-roots' = @($served | Sort-Object -Unique)
    }
}

function Remove-Shadow {
    foreach ($root in @($script:Shadows.Keys)) {
        try {
            & "$env:SystemRoot\System32\cmd.exe" /c rmdir $script:Shadows[$root].Link | Out-Null
            $script:Shadows[$root].Shadow.Delete()
        } catch {
            Write-Word -Text ('The shadow copy of ' + $root + ' could not be removed: ' + $_.Exception.Message)
        }
    }
}

function Test-Ready {
    $user = New-Object -TypeName System.Security.Principal.WindowsPrincipal -ArgumentList ([System.Security.Principal.WindowsIdentity]::GetCurrent())
    if (-not $user.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)) { throw 'Run this as administrator: right-click Windows PowerShell, Run as administrator.' }
    if (-not [Environment]::Is64BitProcess) { throw 'Run this in 64-bit Windows PowerShell: in a 32-bit one Windows shows other folders.' }
    if (-not (Test-Path -LiteralPath $OutFolder -PathType Container)) { throw ('There is no folder ' + $OutFolder) }
    if ((Get-FreeMB) -lt $KeepFreeMB) { throw ('Less than ' + $KeepFreeMB + ' MB are free on the disk of ' + $OutFolder + ': choose another with -OutFolder.') }
}

if ($OutFolder -eq '') { $OutFolder = $PSScriptRoot }
# The folder of the console is not the one that .NET takes relative paths from.
$OutFolder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutFolder)
Test-Ready
Add-Type -AssemblyName System.IO.Compression
$stamp = $Started.ToString('yyyyMMdd-HHmmss', [System.Globalization.CultureInfo]::InvariantCulture)
$ZipPath = Join-Path -Path $OutFolder -ChildPath ('Postern-' + $env:COMPUTERNAME + '-' + $stamp + '.zip')
$Work = Join-Path -Path $OutFolder -ChildPath ('Postern-' + $stamp + '.tmp')
$Completed = $false
$zipStream = $null
try {
    (Get-Process -Id $PID).PriorityClass = [System.Diagnostics.ProcessPriorityClass]::Idle
    [void](New-Item -Path $Work -ItemType Directory)
    $zipStream = [System.IO.File]::Open($ZipPath, [System.IO.FileMode]::CreateNew, [System.IO.FileAccess]::ReadWrite, [System.IO.FileShare]::Read)
    $Zip = New-Object -TypeName System.IO.Compression.ZipArchive -ArgumentList $zipStream, ([System.IO.Compression.ZipArchiveMode]::Create), $false
    $manifestPath = Join-Path -Path $Work -ChildPath 'manifest.jsonl'
    $Manifest = New-Object -TypeName System.IO.StreamWriter -ArgumentList $manifestPath, $false, (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false)
    Write-ManifestLine -Line ([ordered]@{
        kind = 'collection'; schema = 'postern.collection/1'; collector = 'powershell'; version = $CollectorVersion
        definitions = $DefinitionsAsOf; server = $env:COMPUTERNAME; startedUtc = (Get-UtcText -Time $Started); times = 'server'
        limits = [ordered]@{ maxAgeDays = $MaxAgeDays; maxFileMb = $MaxFileMB; maxTotalMb = $MaxTotalMB; keepFreeMb = $KeepFreeMB; maxMailboxes = $MaxMailboxes }
    })
    $Roots = Find-Root
    if ($AlsoFolder.Count -gt 0) {
        $Roots['also'] = @($AlsoFolder)
        $Definitions += @{
            Id = 'also'; Title = 'Further folders'; How = 'copy'; Aged = $false; Hashes = $true; LargestMB = 0; Channels = @(); Commands = @()
            Places = @(@{ Root = 'also'; Folder = ''; Names = @('*'); Deep = $true })
        }
    }
    $step = 0
    foreach ($definition in $Definitions) {
        $step++
        $NowFiles = 0
        $NowBytes = [long]0
        $NowMissing = 0
        Write-Word -Text ('[{0} of {1}] {2}' -f $step, $Definitions.Count, $definition.Title)
        try {
            switch ($definition.How) {
                'copy' { Invoke-Copy -Definition $definition }
                'list' { Invoke-List -Definition $definition }
                'events' { Invoke-Event -Definition $definition }
                'commands' { Invoke-State -Definition $definition }
                'raw' { Write-Missing -Definition $definition.Id -Path $definition.Title -Reason 'impossible' -Detail 'only a tool that reads the disk itself can take it (Velociraptor, KAPE)' }
            }
        } catch {
            Write-Missing -Definition $definition.Id -Path $definition.Title -Reason 'failed' -Detail $_.Exception.Message
        }
        Write-ManifestLine -Line ([ordered]@{ kind = 'done'; definition = $definition.Id; files = $NowFiles; sizeBytes = $NowBytes; missing = $NowMissing })
        Write-Word -Text ('    {0} files, {1:N1} MB, {2} not taken' -f $NowFiles, ($NowBytes / $Megabyte), $NowMissing)
    }
    Write-ManifestLine -Line ([ordered]@{ kind = 'end'; files = $TotalFiles; sizeBytes = $TotalBytes; finishedUtc = (Get-UtcText -Time ([DateTime]::UtcNow)) })
    $Completed = $true
} finally {
    if ($null -ne $Manifest) {
        $Manifest.Dispose()
        Add-Output -Definition '' -Path $manifestPath -EntryName 'postern-collection.jsonl' -Of ''
    }
    if ($null -ne $Zip) { $Zip.Dispose() }
    if ($null -ne $zipStream) { $zipStream.Dispose() }
    Remove-Shadow
    if (Test-Path -LiteralPath $Work) { Remove-Item -LiteralPath $Work -Recurse -Force }
}

$zipFile = Open-ForReading -Path $ZipPath
try {
    $sum = Copy-Stream -From $zipFile -EntryName '' -Modified (Get-Date)
} finally {
    $zipFile.Dispose()
}
[System.IO.File]::WriteAllText($ZipPath + '.sha256.txt', $sum.Sha256 + '  ' + [System.IO.Path]::GetFileName($ZipPath) + "`n")
if (-not $Completed) { Write-Word -Text 'Ended before it was ready: the manifest says so.' }
Write-Word -Text ('{0} files in {1}' -f $TotalFiles, $ZipPath)
Write-Word -Text ('SHA-256 {0}: write it down, apart from the file.' -f $sum.Sha256)
Write-Word -Text 'Next, on another computer: postern assess <this zip> -o <case>'
