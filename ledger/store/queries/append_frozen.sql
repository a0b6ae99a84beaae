-- Keeps what accounts have set aside after entries that changed it (D.4).
-- in: company_ids id[], account_ids id[], since_times time[], sequences int64[], frozen_micros int64[]
INSERT INTO frozen (company_id, account_id, since_time, sequence, frozen_micros)
SELECT *
FROM unnest(:company_ids, :account_ids, :since_times, :sequences, :frozen_micros)
