-- Keeps what accounts have set aside after entries that changed it (D.4).
INSERT INTO frozen (company_id, account_id, since_time, sequence, frozen_micros)
SELECT *
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[])
