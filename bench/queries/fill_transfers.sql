-- Old transfers, as many as :transfers, for psql: the rows that the ledger would have written, of a company of their own with 10,000
-- accounts. Their hashes are empty words, so this company's audit would complain; it is there to make tables and indexes deep.
SET synchronous_commit = off;
SET search_path = ledger;

INSERT INTO entry (company_id, sequence, kind, account_id, counterparty_id, amount_micros, currency, remark, tag, effective_time,
                   recorded_time, hash)
SELECT 'beac40ff-ffff-8000-80ff-ffffffffffff', n, 1, ('beac40ff-ffff-8000-8000-' || lpad(to_hex(n % 10000), 12, '0'))::uuid,
       ('beac40ff-ffff-8000-8000-' || lpad(to_hex((n * 7919 + 1) % 10000), 12, '0'))::uuid, 10000, 'USD', '', '', now(), now(),
       sha256(int8send(n))
FROM generate_series(1, :transfers::bigint) AS n;

INSERT INTO posting (company_id, account_id, book, sequence, amount_micros, balance_micros)
SELECT company_id, CASE book WHEN 1 THEN account_id ELSE counterparty_id END, book, sequence,
       CASE book WHEN 1 THEN -amount_micros ELSE amount_micros END, 1000000000
FROM entry CROSS JOIN generate_series(1, 2) AS book
WHERE company_id = 'beac40ff-ffff-8000-80ff-ffffffffffff';

INSERT INTO lot (company_id, account_id, sequence, source_account_id, granted_micros, granted_time)
SELECT company_id, counterparty_id, sequence, account_id, amount_micros, recorded_time
FROM entry
WHERE company_id = 'beac40ff-ffff-8000-80ff-ffffffffffff';

INSERT INTO request (company_id, request_id, origin, body_hash, code, answer, recorded_time)
SELECT company_id, ('beac40ff-0000-7000-8000-' || lpad(to_hex(sequence), 12, '0'))::uuid, '00000000-0000-8000-8000-000000000000', hash, 0,
       decode(repeat('00', 191), 'hex'), recorded_time
FROM entry
WHERE company_id = 'beac40ff-ffff-8000-80ff-ffffffffffff';

VACUUM ANALYZE entry, posting, lot, request;
CHECKPOINT;
