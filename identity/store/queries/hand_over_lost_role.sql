-- Whether somebody lost a role in an account since a time, or gave it up.
-- in: principal_id id, account_id id, since_time time
-- out: lost bool
SELECT EXISTS (
    SELECT FROM security_event WHERE principal_id = :principal_id AND (account_id = :account_id AND note_time >= :since_time
        AND kind IN ('ROLE_TAKEN', 'MEMBER_REMOVED', 'MEMBER_LEFT')) IS TRUE -- the principal is what to look for
) AS lost
