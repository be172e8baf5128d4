-- Readings of each platform by month (of UTC): they stay when batches and lists are deleted.
SELECT
  platform.name AS platform,
  DATE_TRUNC('month', days.day::timestamp)::date AS month,
  SUM(days.readings) AS readings,
  SUM(days.good) AS good,
  ROUND(SUM(days.good) / NULLIF(SUM(days.readings), 0)::numeric, 4) AS success_rate,
  SUM(days.items) AS items,
  SUM(days.new_items) AS new_items,
  ROUND(SUM(days.duration_ms) / NULLIF(SUM(days.timed), 0), 0) AS avg_ms
FROM hot_days AS days
JOIN hot_platforms AS platform ON platform.id = days.platform_id
GROUP BY 1, 2
ORDER BY 2 DESC, 1;
