-- Takes sagas in hand until the lease ends; what another replica is taking is skipped.
UPDATE gateway.saga SET due_time = $2::timestamptz, tries = tries + 1
WHERE saga_id = ANY (ARRAY(SELECT saga_id FROM gateway.saga WHERE finish_time IS NULL AND due_time <= $1::timestamptz
                  ORDER BY due_time LIMIT $3::bigint FOR UPDATE SKIP LOCKED))
RETURNING saga_id, event_type, payload, tries
