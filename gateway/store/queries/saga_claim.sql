-- Takes sagas in hand until the lease ends; what another replica is taking is skipped.
-- in: now time, lease_time time, limit int64
-- out: saga_id id, event_type text, payload bytes, tries int64
UPDATE gateway.saga SET due_time = :lease_time, tries = tries + 1
WHERE saga_id = ANY (ARRAY(SELECT saga_id FROM gateway.saga WHERE finish_time IS NULL AND due_time <= :now
                  ORDER BY due_time LIMIT :limit FOR UPDATE SKIP LOCKED))
RETURNING saga_id, event_type, payload, tries
