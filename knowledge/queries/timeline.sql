-- Everything that was found, in order of time.
SELECT "@timestamp", "host.name", "postern.rung", "source.ip", "http.request.method", "url.path",
       "http.response.status_code" AS status, "rule.id"
FROM events
WHERE "rule.id" IS NOT NULL
ORDER BY "@timestamp", "postern.evidence", "postern.offset";
