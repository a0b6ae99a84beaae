-- Keeps what became of holds.
UPDATE hold
SET state = new.state, captured_micros = new.captured_micros
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) AS new (company_id, sequence, state, captured_micros)
WHERE hold.company_id = new.company_id AND hold.sequence = new.sequence
