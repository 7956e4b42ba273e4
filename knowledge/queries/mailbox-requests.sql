-- Requests to services that give out mail, by those who got in.
SELECT e."@timestamp", e."source.ip", e."user.name", e."url.path", e."http.response.status_code" AS status,
       e."http.response.bytes" AS bytes, e."postern.fields" ->> 'AnchorMailbox' AS anchor
FROM events AS e
WHERE regexp_matches(lower(concat_ws(' ', e."url.path", e."postern.fields" ->> 'AnchorMailbox')), '/(ews|mapi|owa/service|oab|rpc|microsoft-server-activesync)')
  AND (e."source.ip" IN (SELECT unnest(addresses) FROM actors WHERE rung >= 'L1') OR e."postern.rung" IS NOT NULL)
ORDER BY e."@timestamp", e."postern.evidence", e."postern.offset";
