-- Open top-ups, those that are slow (PAY-14), when the first was made of which the provider may have the money, those that people must look at, and those whose money no account has: each along the index that
-- holds only them.
-- in: slow_before_time time
-- out: open int64, slow int64, oldest_doubt_time time?, manual int64, nobodys int64
SELECT open.count AS open, open.slow, open.oldest_doubt_time, unsettled.manual, unsettled.nobodys
  FROM (SELECT count(*), count(*) FILTER (WHERE created_time < :slow_before_time) AS slow,
             min(created_time) FILTER (WHERE state IN ('PENDING', 'UNKNOWN')) AS oldest_doubt_time FROM top_up
      WHERE next_time IS NOT NULL) AS open
 CROSS JOIN (SELECT count(*) FILTER (WHERE state = 'MANUAL') AS manual,
                    count(*) FILTER (WHERE state IN ('IN_SUSPENSE', 'RETURNING', 'REFUNDING')) AS nobodys
               FROM top_up WHERE state IN ('SUCCEEDED', 'MANUAL', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING')) AS unsettled
