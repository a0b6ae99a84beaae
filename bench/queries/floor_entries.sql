-- The floor's entries: transfers, with hashes that nobody computed.
INSERT INTO entry (company_id, sequence, kind, account_id, counterparty_id, amount_micros, currency, remark, tag, reference_id,
                   effective_time, recorded_time, hash)
SELECT company_id, sequence, 1, account_id, counterparty_id, amount_micros, 'USD', '', '', NULL, $6::timestamptz, $6::timestamptz, hash
FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::bigint[], $7::bytea[])
    AS new (company_id, sequence, account_id, counterparty_id, amount_micros, hash)
