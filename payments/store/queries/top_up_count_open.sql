-- Open top-ups, those that are slow (PAY-14), and those that people must look at.
SELECT count(*) FILTER (WHERE next_time IS NOT NULL), count(*) FILTER (WHERE next_time IS NOT NULL AND created_time < $1::timestamptz),
       count(*) FILTER (WHERE state = 'MANUAL')
  FROM top_up WHERE next_time IS NOT NULL OR state = 'MANUAL'
