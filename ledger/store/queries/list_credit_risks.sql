-- Looks at the next accounts, newest first, no more than look_max however few match, for those that moved their cash out and live on credit
-- (E23): no own cash is left, a confirmed limit carries what they owe, and the last that changed their own cash was a transfer (kind 1), which
-- one look by each kind of leg tells. The last row is the last account that was looked at, whether it matches (moved_time) or not.
-- in: before_id id, now time, look_max int64
-- out: as read_accounts, moved_time time?, looked int64
WITH looked AS MATERIALIZED (
    SELECT * FROM account WHERE account_id < :before_id AND moved_time IS NULL ORDER BY account_id DESC LIMIT :look_max
)
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
       suspension_policy::bigint, warned_time, stop_due_time, turned_time, release_due, acknowledged_time, moved.recorded_time AS moved_time,
       (SELECT count(*) FROM looked) AS looked
FROM looked AS account
LEFT JOIN LATERAL (
    SELECT last.recorded_time
    FROM (
        SELECT sequence, kind, recorded_time
        FROM entry
        WHERE entry.account = account.number AND entry.book = 1
            AND account.own_micros = 0 AND account.contract_state = 3 AND account.credit_limit_micros > 0
            AND (account.unbilled_micros < 0 OR account.outstanding_micros < 0)
        ORDER BY sequence DESC
        LIMIT 1
    ) AS last
    WHERE last.kind = 1
        AND NOT EXISTS (
            SELECT FROM entry WHERE entry.other_account = account.number AND entry.other_book = 1 AND entry.sequence > last.sequence)
        AND NOT EXISTS (
            SELECT FROM posting WHERE posting.account = account.number AND posting.book = 1 AND posting.sequence > last.sequence)
) AS moved ON true
WHERE moved.recorded_time IS NOT NULL OR account.account_id = (SELECT account_id FROM looked ORDER BY account_id LIMIT 1)
ORDER BY account.account_id DESC
