-- Reads accounts; for a batch under the lock of their chains, for a preview as they stand.
SELECT account.company_id, account.account_id, corporate, company_verified, currency, state::bigint, payment_mode::bigint, buffer_micros,
       pay_on_behalf, receivables, override_until_time, contract_state::bigint, credit_limit_micros, confirmed_time,
       own_micros, transferred_in_micros, refund_credit_micros, unbilled_micros, outstanding_micros,
       revenue_micros, top_up_micros, adjustment_micros,
       frozen_micros, earliest_due_time, suspended, version, lot_first, opened_time
FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT * FROM account WHERE account.company_id = wanted.company_id AND account.account_id = wanted.account_id LIMIT 1
) AS account
ORDER BY account.account_id
