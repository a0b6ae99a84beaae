-- The floor's entries: transfers, with hashes that nobody computed.
INSERT INTO entry (company_id, sequence, kind, account_id, counterparty_id, amount_micros, currency, remark, tag, reference_id,
                   effective_time, recorded_time, hash)
SELECT company_id, sequence, 1, account_id, counterparty_id, amount_micros, 'USD', '', '', NULL, $6::timestamptz, $6::timestamptz, hash
FROM (SELECT unnest($1::uuid[]) AS company_id, unnest($2::bigint[]) AS sequence, unnest($3::uuid[]) AS account_id,
             unnest($4::uuid[]) AS counterparty_id, unnest($5::bigint[]) AS amount_micros, unnest($7::bytea[]) AS hash) AS new
