-- What was tried within each limit's window, in the order of the limits: how often, and when first.
SELECT c.count, c.oldest
  FROM unnest($1::text[], $2::bytea[], $3::text[], $4::timestamptz[], $5::boolean[]) WITH ORDINALITY
       l (kind, subject, action, since, only_refused, place)
 CROSS JOIN LATERAL (SELECT count(*) AS count, min(t.tried_time) AS oldest
                       FROM tried t
                      WHERE t.subject_kind = l.kind AND t.subject = l.subject AND t.action = l.action AND t.tried_time > l.since
                        AND NOT (l.only_refused AND t.accepted)) c
 ORDER BY l.place
