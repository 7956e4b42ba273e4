-- Accounts that were used from addresses of those who got in, with what was answered.
SELECT e."user.name", e."source.ip", count(*) AS requests, min(e."@timestamp") AS first, max(e."@timestamp") AS last,
       count(*) FILTER (e."http.response.status_code" BETWEEN 200 AND 299) AS answered
FROM events AS e
WHERE e."user.name" IS NOT NULL
  AND e."source.ip" IN (SELECT unnest(addresses) FROM actors WHERE rung >= 'L1')
GROUP BY ALL
ORDER BY requests DESC, "user.name", e."source.ip";
