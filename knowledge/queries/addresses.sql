-- Which addresses asked for something, how often, from when to when, and what they were answered.
SELECT "source.ip", count(*) AS requests, min("@timestamp") AS first, max("@timestamp") AS last,
       count(*) FILTER ("http.response.status_code" BETWEEN 200 AND 299) AS answered,
       count(DISTINCT "user_agent.original") AS agents, count(DISTINCT "user.name") AS accounts
FROM events
WHERE "source.ip" IS NOT NULL
GROUP BY "source.ip"
ORDER BY requests DESC, "source.ip";
