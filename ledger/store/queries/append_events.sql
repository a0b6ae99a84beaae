-- Tells the world, if this transaction commits.
INSERT INTO outbox (company_id, event_id, type, payload, recorded_time)
SELECT company_id, event_id, type, payload, $5
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[]) AS new (company_id, event_id, type, payload)
