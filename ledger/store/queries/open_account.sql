-- Opens an account; no row comes back when it is there, and no number is spent.
-- in: company_id id, account_id id, corporate bool, company_verified bool, currency text, payment_mode int64, buffer_micros int64,
-- in: opened_time time
-- out: account_id id
INSERT INTO account (company_id, account_id, corporate, company_verified, currency, state, payment_mode, buffer_micros,
    contract_state,
                     suspended, opened_time, evaluated_time)
SELECT :company_id, :account_id, :corporate, :company_verified, :currency, 1, :payment_mode, :buffer_micros, 1, true,
    :opened_time, :opened_time
WHERE (SELECT account_id FROM account WHERE company_id = :company_id AND account_id = :account_id LIMIT 1) IS NULL
ON CONFLICT DO NOTHING
RETURNING account_id
