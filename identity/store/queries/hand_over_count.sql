-- How many hand-overs of an account began since a time: of the owner whom they were of, of a partner by whomever, or of others.
-- in: account_id id, since_time time, by_owner bool, partner_account_id id?
-- out: begun int64
SELECT count(*) AS begun FROM hand_over
WHERE account_id = :account_id AND (create_time > :since_time AND partner_account_id IS NOT DISTINCT FROM :partner_account_id
    AND (partner_account_id IS NOT NULL OR (begun_by = leaver_id) = :by_owner)) IS TRUE -- the account is what to look for
