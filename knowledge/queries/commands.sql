-- Commands that were started and cmdlets that were run.
SELECT "@timestamp", "host.name", "user.name", "process.parent.name" AS parent,
       coalesce("process.command_line", "postern.fields" ->> 'S:CMD', "postern.fields" ->> 'Cmdlet') AS command, "rule.id"
FROM events
WHERE coalesce("process.command_line", "postern.fields" ->> 'S:CMD', "postern.fields" ->> 'Cmdlet') IS NOT NULL
ORDER BY "@timestamp", "postern.evidence", "postern.offset";
