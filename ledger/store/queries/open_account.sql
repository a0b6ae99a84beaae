-- Opens an account; no row comes back when it is there.
INSERT INTO account (company_id, account_id, corporate, company_verified, currency, state, payment_mode, buffer_micros, contract_state,
                     suspended, opened_time, evaluated_time)
VALUES ($1, $2, $3, $4, $5, 1, $6::bigint, $7, 1, true, $8, $8)
ON CONFLICT DO NOTHING
RETURNING account_id
