-- Takes due messages for a while.
UPDATE webhook SET next_time = $2::timestamptz, tries = tries + 1
 WHERE ctid = ANY (ARRAY(SELECT ctid
                                  FROM webhook WHERE next_time <= $1::timestamptz
                                 ORDER BY next_time LIMIT $3::bigint FOR UPDATE SKIP LOCKED))
RETURNING provider, event_id, type, account_id, subject_id, tries
