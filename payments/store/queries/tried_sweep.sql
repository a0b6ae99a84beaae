-- Forgets attempts that count for no limit any more, the oldest first; a bounded number at once.
-- in: before_time time
WITH attempts AS (
    DELETE FROM tried
     WHERE ctid = ANY (ARRAY(SELECT ctid FROM tried WHERE tried_time < :before_time ORDER BY tried_time LIMIT 10000))
)
DELETE FROM tried_subject
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM tried_subject WHERE last_time < :before_time ORDER BY last_time LIMIT 10000))
