-- Reads accounts; for a batch under the lock of their chains, for a preview as they stand.
-- in: company_ids id[], account_ids id[]
-- out: company_id id, account_id id, corporate bool, company_verified bool, verified_company_id id?, opened_in_id id?, currency text,
-- out: state int64, payment_mode int64, buffer_micros int64, pay_on_behalf bool, receivables bool, override_until_time time?,
-- out: contract_state int64, credit_limit_micros int64, confirmed_time time?, own_micros int64, transferred_in_micros int64,
-- out: refund_credit_micros int64, unbilled_micros int64, outstanding_micros int64, revenue_micros int64, top_up_micros int64,
-- out: adjustment_micros int64, clearing_micros int64, frozen_micros int64, earliest_due_time time?, suspended bool, version int64, lot_first int64,
-- out: opened_time time, number int64, spending int64, spending_set_time time?, spending_set_by id?,
-- out: suspension_policy int64, warned_time time?, stop_due_time time?, turned_time time?, release_due bool, acknowledged_time time?
SELECT account.company_id, account.account_id, corporate, company_verified, verified_company_id, opened_in_id, currency,
       state::bigint, payment_mode::bigint, buffer_micros, pay_on_behalf, receivables, override_until_time,
       contract_state::bigint, credit_limit_micros, confirmed_time,
       own_micros, transferred_in_micros, refund_credit_micros, unbilled_micros, outstanding_micros,
       revenue_micros, top_up_micros, adjustment_micros, clearing_micros,
       frozen_micros, earliest_due_time, suspended, version, lot_first, opened_time, number::bigint,
       spending::bigint, spending_set_time, spending_set_by,
       suspension_policy::bigint, warned_time, stop_due_time, turned_time, release_due, acknowledged_time
FROM unnest(:company_ids, :account_ids) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT * FROM account WHERE account.company_id = wanted.company_id AND account.account_id = wanted.account_id AND moved_time IS NULL LIMIT 1
) AS account
ORDER BY account.account_id
