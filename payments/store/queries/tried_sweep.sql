-- Forgets attempts that count for no limit any more.
WITH attempts AS (
    DELETE FROM tried WHERE tried_time < $1::timestamptz
)
DELETE FROM tried_subject WHERE last_time < $1::timestamptz
