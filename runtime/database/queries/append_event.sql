-- Tells the world, if this transaction commits.
INSERT INTO outbox (company_id, event_id, type, payload, recorded_time)
VALUES ($1, $2, $3, $4, $5)
