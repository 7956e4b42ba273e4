-- Events by day and kind of log.
SELECT CAST("@timestamp" AS DATE) AS day, "event.dataset", count(*) AS events
FROM events
GROUP BY ALL
ORDER BY ALL;
