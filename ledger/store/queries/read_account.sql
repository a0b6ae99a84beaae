-- Reads one account, with what an operator's override says of it; its company's chain is locked.
SELECT company_id, account_id, corporate, company_verified, currency, state::bigint, payment_mode::bigint, buffer_micros,
       pay_on_behalf, receivables, override_until_time, contract_state::bigint, credit_limit_micros, confirmed_time,
       own_micros, transferred_in_micros, refund_credit_micros, unbilled_micros, outstanding_micros,
       revenue_micros, top_up_micros, adjustment_micros,
       frozen_micros, earliest_due_time, suspended, version, lot_first, opened_time, override_reason, override_approver_id
FROM account
WHERE company_id = $1 AND account_id = $2
