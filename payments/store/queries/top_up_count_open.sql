-- Open top-ups, those that are slow (PAY-14), those that people must look at, and those whose money no account has.
SELECT count(*) FILTER (WHERE next_time IS NOT NULL), count(*) FILTER (WHERE next_time IS NOT NULL AND created_time < $1::timestamptz),
       count(*) FILTER (WHERE state = 'MANUAL'), count(*) FILTER (WHERE state IN ('IN_SUSPENSE', 'RETURNING', 'REFUNDING'))
  FROM top_up WHERE next_time IS NOT NULL OR state IN ('SUCCEEDED', 'MANUAL', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING')
