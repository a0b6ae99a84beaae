-- Takes due top-ups for a while: whoever claims works on them until the lease ends.
-- in: now time, lease_time time, limit int64
-- out: as hold_claim
UPDATE top_up SET next_time = :lease_time
 WHERE ctid = ANY (ARRAY(SELECT ctid
                                     FROM top_up WHERE next_time <= :now
                                   ORDER BY next_time LIMIT :limit FOR UPDATE SKIP LOCKED))
RETURNING account_id, top_up_id AS subject_id
