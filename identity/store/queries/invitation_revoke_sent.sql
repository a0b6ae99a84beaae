-- Takes back the open invitations that somebody sent from an account, which is locked.
-- in: account_id id, invited_by id, now time
-- out: invitation_id id
UPDATE invitation SET revoke_time = :now
WHERE account_id = :account_id
  AND (invited_by = :invited_by AND accept_time IS NULL AND revoke_time IS NULL AND expire_time > :now) IS TRUE -- the account is what to look for
RETURNING invitation_id
