-- Reads accounts; for a batch under the lock of their chains, for a preview as they stand.
SELECT company_id, account_id, corporate, company_verified, currency, state::bigint, payment_mode::bigint, buffer_micros,
       pay_on_behalf, receivables, override_until_time, contract_state::bigint, credit_limit_micros, confirmed_time,
       own_micros, transferred_in_micros, refund_credit_micros, unbilled_micros, outstanding_micros,
       revenue_micros, top_up_micros, adjustment_micros,
       frozen_micros, earliest_due_time, suspended, version, lot_first, opened_time
FROM account
WHERE (company_id, account_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
ORDER BY account_id
