-- Pages that were asked for and answered, with the addresses that did it.
SELECT "url.path", "http.request.method" AS method, "http.response.status_code" AS status, count(*) AS requests,
       min("@timestamp") AS first, max("@timestamp") AS last, list_sort(list(DISTINCT "source.ip")) AS addresses
FROM events
WHERE "url.path" IS NOT NULL
GROUP BY ALL
ORDER BY requests DESC, "url.path", method, status;
