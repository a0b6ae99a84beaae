-- What was tried within each limit's window, in the order of the limits: how often, and when first.
-- in: kinds text[], subjects bytes[], actions text[], since time[], only_refused bool[]
-- out: tries int64, oldest_time time?
SELECT c.count AS tries, c.oldest AS oldest_time
  FROM unnest(:kinds, :subjects, :actions, :since, :only_refused) WITH ORDINALITY
       l (kind, subject, action, since, only_refused, place)
 CROSS JOIN LATERAL (SELECT count(*) AS count, min(t.tried_time) AS oldest
                       FROM (SELECT *
                               FROM tried
                              WHERE subject_kind = l.kind AND subject = l.subject AND action = l.action AND tried_time > l.since
                              ORDER BY tried_time, tried_id OFFSET 0) t -- the order of the primary key alone
                      WHERE NOT (l.only_refused AND t.accepted)) c
 ORDER BY l.place
