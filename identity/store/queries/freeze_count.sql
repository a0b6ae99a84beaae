-- How many freezes of an account have not ended: of its own, or of a partner's.
-- in: account_id id, partner_account_id id?
-- out: holding int64
SELECT count(*) AS holding FROM account_freeze WHERE account_id = :account_id AND end_time IS NULL
    AND partner_account_id IS NOT DISTINCT FROM :partner_account_id
