-- Keeps what was paid of bills.
UPDATE bill
SET paid_micros = new.paid_micros
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[]) AS new (company_id, account_id, due_time, sequence, paid_micros)
WHERE bill.company_id = new.company_id AND bill.account_id = new.account_id AND bill.due_time = new.due_time AND bill.sequence = new.sequence
