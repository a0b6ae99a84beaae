-- Keeps the facts of an account that rules depend on; the caller holds the lock of its company's chain.
UPDATE account
SET company_verified = $3, currency = $4, state = $5::bigint, payment_mode = $6::bigint, buffer_micros = $7, pay_on_behalf = $8,
    receivables = $9, override_until_time = $10, override_reason = $11, override_approver_id = $12, suspended = $13
WHERE company_id = $1 AND account_id = $2
