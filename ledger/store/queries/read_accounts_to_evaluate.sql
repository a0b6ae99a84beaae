-- Reads accounts of a company for an evaluation by time; its chain is locked. Holds whose time has come no longer count (D.4).
-- in: company_id id, account_ids id[], now time
-- out: as read_accounts, told_due_time time?
SELECT account.company_id, account.account_id, corporate, company_verified, verified_company_id, opened_in_id, currency,
       state::bigint, payment_mode::bigint, buffer_micros, pay_on_behalf, receivables, override_until_time,
       contract_state::bigint, credit_limit_micros, confirmed_time,
       own_micros, transferred_in_micros, refund_credit_micros, unbilled_micros, outstanding_micros,
       revenue_micros, top_up_micros, adjustment_micros, clearing_micros,
       frozen_micros - coalesce((
           SELECT sum(amount_micros - captured_micros)::bigint
           FROM hold
           WHERE hold.company_id = account.company_id AND hold.account_id = account.account_id AND hold.state = 1
               AND hold.expire_time <= :now
       ), 0) AS frozen_micros, earliest_due_time, suspended, version, lot_first, opened_time, number::bigint,
       spending::bigint, spending_set_time, spending_set_by,
       suspension_policy::bigint, warned_time, stop_due_time, turned_time, release_due, acknowledged_time, nullif(told_due_time,
           '-infinity') AS told_due_time
FROM unnest(:account_ids) AS wanted (account_id)
CROSS JOIN LATERAL (
    SELECT * FROM account WHERE account.company_id = :company_id AND account.account_id = wanted.account_id AND moved_time IS NULL LIMIT 1
) AS account
ORDER BY account.account_id
