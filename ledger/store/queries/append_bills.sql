-- Opens bills.
-- in: company_ids id[], account_ids id[], due_times time[], sequences int64[], owed_micros int64[], paid_micros int64[]
INSERT INTO bill (company_id, account_id, due_time, sequence, owed_micros, paid_micros)
SELECT *
FROM unnest(:company_ids, :account_ids, :due_times, :sequences, :owed_micros, :paid_micros)
