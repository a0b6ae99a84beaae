-- Books the entries of a batch.
INSERT INTO entry (company_id, sequence, kind, account_id, counterparty_id, amount_micros, currency, remark, tag, reference_id,
                   effective_time, recorded_time, hash)
SELECT *
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::uuid[],
            $11::timestamptz[], $12::timestamptz[], $13::bytea[])
