-- Takes due holds for a while: whoever claims works on them until the lease ends.
-- in: now time, lease_time time, limit int64
-- out: account_id id, subject_id id
UPDATE hold SET next_time = :lease_time
 WHERE ctid = ANY (ARRAY(SELECT ctid
                                   FROM hold WHERE next_time <= :now
                                  ORDER BY next_time LIMIT :limit FOR UPDATE SKIP LOCKED))
RETURNING account_id, hold_id AS subject_id
