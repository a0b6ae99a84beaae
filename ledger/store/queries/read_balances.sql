-- Reads accounts of a company as they stand, also one that was opened in a chain of this name and has moved; holds whose time has come no
-- longer count, whether or not the sweep has passed (D.4).
-- in: company_id id, account_ids id[], now time
-- out: as read_accounts, sent_micros int64, arriving_micros int64
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
       suspension_policy::bigint, warned_time, stop_due_time, turned_time, release_due, acknowledged_time,
       coalesce((SELECT sum(amount_micros)::bigint FROM transit WHERE transit.sender_id = account.account_id AND transit.ended_time IS NULL), 0)
           AS sent_micros,
       coalesce((SELECT sum(amount_micros)::bigint FROM transit WHERE transit.receiver_id = account.account_id AND transit.state < 2), 0)
           AS arriving_micros
FROM unnest(:account_ids) AS wanted (account_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM account
    WHERE account.account_id = wanted.account_id AND (account.company_id = :company_id OR account.opened_in_id = :company_id)
        AND moved_time IS NULL
    LIMIT 1
) AS account
