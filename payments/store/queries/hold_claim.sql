-- Takes due holds for a while: whoever claims works on them until the lease ends.
UPDATE hold SET next_time = $2::timestamptz
 WHERE ctid = ANY (ARRAY(SELECT ctid
                                   FROM hold WHERE next_time <= $1::timestamptz
                                  ORDER BY next_time LIMIT $3::bigint FOR UPDATE SKIP LOCKED))
RETURNING account_id, hold_id
