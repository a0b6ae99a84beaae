-- The floor's entries: transfers with both their sides, with hashes that nobody computed.
INSERT INTO entry (chain, sequence, kind, form, account, book, change_micros, balance_micros, other_account, other_book,
                   other_balance_micros, amount_micros, currency, remark, tag, recorded_time, hash, request_key, body_key, actor_id, outcome)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), 1, 2, unnest($3::bigint[]), 1, -unnest($5::bigint[]), unnest($6::bigint[]),
       unnest($4::bigint[]), 2, unnest($7::bigint[]), unnest($5::bigint[]), 'USD', '', '', $8::timestamptz, unnest($11::bytea[]),
       unnest($9::uuid[]), unnest($9::uuid[]), unnest($10::uuid[]), unnest($12::bytea[])
