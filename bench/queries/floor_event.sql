-- The floor's event: one for each batch.
INSERT INTO outbox (company_id, event_id, type, payload, recorded_time)
VALUES ($1::uuid, $2::uuid, 'ledger.v1.EntriesRecorded', $3::bytea, $4::timestamptz)
