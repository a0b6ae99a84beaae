-- Takes due messages for a while.
-- in: now time, lease_time time, limit int64
-- out: provider text, event_id text, type text, account_id id?, subject_id id?, tries int64
UPDATE webhook SET next_time = :lease_time, tries = tries + 1
 WHERE ctid = ANY (ARRAY(SELECT ctid
                                  FROM webhook WHERE next_time <= :now
                                 ORDER BY next_time LIMIT :limit FOR UPDATE SKIP LOCKED))
RETURNING provider, event_id, type, account_id, subject_id, tries
