-- How the programs called themselves, and from how many addresses.
SELECT "user_agent.original", count(*) AS requests, count(DISTINCT "source.ip") AS addresses,
       min("@timestamp") AS first, max("@timestamp") AS last
FROM events
WHERE "user_agent.original" IS NOT NULL
GROUP BY ALL
ORDER BY requests DESC, "user_agent.original";
