-- Finds the chains in which accounts are booked, and those in which they were opened, where their request ids are taken. place: which of those
-- asked for, from 1.
-- in: account_ids id[]
-- out: place int64, company_id id, opened_in_id id
SELECT wanted.place, account.company_id, coalesce(account.opened_in_id, account.company_id) AS opened_in_id
FROM unnest(:account_ids) WITH ORDINALITY AS wanted (account_id, place)
CROSS JOIN LATERAL (
    SELECT company_id, opened_in_id FROM account WHERE account.account_id = wanted.account_id AND moved_time IS NULL LIMIT 1
) AS account
