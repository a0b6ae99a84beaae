-- Reads one hold with its account's currency.
-- in: company_id id, sequence int64, account_id id
-- out: state int64, amount_micros int64, captured_micros int64, expire_time time, placed_time time, currency text, sub_account_id id?
SELECT hold.state::bigint, amount_micros, captured_micros, expire_time, placed_time, account.currency, hold.sub_account_id
FROM hold
JOIN account USING (company_id, account_id)
WHERE hold.company_id = :company_id AND hold.sequence = :sequence AND hold.account_id = :account_id
