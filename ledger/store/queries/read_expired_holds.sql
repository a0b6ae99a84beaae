-- Reads the holds of accounts whose time has come and that still count as active. LATERAL keeps to one look per account.
-- in: company_ids id[], account_ids id[], now time, limit int64
-- out: as read_holds
SELECT hold.company_id, hold.account_id, hold.sequence, hold.state::bigint, hold.amount_micros, hold.captured_micros,
    hold.expire_time, hold.placed_time, hold.sub_account_id
FROM unnest(:company_ids, :account_ids) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM hold
    WHERE hold.company_id = wanted.company_id AND hold.account_id = wanted.account_id AND hold.state = 1
        AND hold.expire_time <= :now
    ORDER BY hold.company_id, hold.account_id, hold.expire_time
    LIMIT :limit
) AS hold
ORDER BY hold.company_id, hold.sequence
LIMIT :limit
