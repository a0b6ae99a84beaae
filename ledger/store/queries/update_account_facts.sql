-- Keeps the facts of an account that rules depend on; the caller holds the lock of its company's chain.
-- in: company_id id, account_id id, corporate bool, company_verified bool, verified_company_id id?, currency text, state int64,
-- in: payment_mode int64, buffer_micros int64, pay_on_behalf bool, receivables bool, override_until_time time?, suspended bool, spending int64,
-- in: spending_set_time time?, spending_set_by id?, suspension_policy int64, warned_time time?, stop_due_time time?, turned_time time?,
-- in: release_due bool, acknowledged_time time?
UPDATE account
SET corporate = :corporate, company_verified = :company_verified, verified_company_id = :verified_company_id, currency = :currency, state = :state,
    payment_mode = :payment_mode, buffer_micros = :buffer_micros, pay_on_behalf = :pay_on_behalf,
    receivables = :receivables, override_until_time = :override_until_time, suspended = :suspended,
    spending = :spending, spending_set_time = :spending_set_time, spending_set_by = :spending_set_by,
    suspension_policy = :suspension_policy, warned_time = :warned_time, stop_due_time = :stop_due_time, turned_time = :turned_time,
    release_due = :release_due, acknowledged_time = :acknowledged_time
WHERE company_id = :company_id AND account_id = :account_id
