-- How an address stands to an account that would invite it, and what the account and the address have had of invitations. For a verified company
-- its own count alone: strangers who invite an address all day keep no employer from it.
-- in: account_id id, email_index bytes, now time, day_start_time time, guesses_max int64
-- out: is_member bool, is_invited bool, open int64, account_day int64, address_day int64
SELECT EXISTS (SELECT FROM role_grant WHERE role_grant.account_id = :account_id AND role_grant.principal_id = (
                   SELECT principal_id FROM principal WHERE email_index = :email_index AND delete_time IS NULL)) AS is_member,
       coalesce(bool_or(email_index = :email_index AND open), false) AS is_invited,
       count(*) FILTER (WHERE open) AS open,
       count(*) FILTER (WHERE create_time > :day_start_time) AS account_day,
       (SELECT count(*) FROM invitation WHERE email_index = :email_index AND create_time > :day_start_time
           AND (account_id = :account_id OR NOT EXISTS (
               SELECT FROM company_submission AS submission WHERE submission.account_id = :account_id AND state = 'VERIFIED')) IS TRUE) AS address_day
FROM (SELECT email_index, create_time, accept_time IS NULL AND revoke_time IS NULL AND expire_time > :now AND guesses < :guesses_max AS open
      FROM invitation WHERE account_id = :account_id) AS sent
