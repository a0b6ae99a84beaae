-- Locks the chains of all who ever paid for an account, so that what they buy for it is counted or waits.
-- in: sub_account_id id
-- out: company_id id
SELECT chain.company_id
FROM chain
WHERE chain.company_id = ANY (ARRAY(SELECT quota.company_id FROM quota WHERE quota.sub_account_id = :sub_account_id AND quota.line_micros >= 0))
ORDER BY chain.company_id
FOR UPDATE
