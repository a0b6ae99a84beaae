-- How an address stands to the operators, and what they and the address have had of invitations within a day and open ones.
-- in: email_index bytes, now time, day_start_time time, guesses_max int64
-- out: operates bool, is_invited bool, open int64, day int64, address_day int64
SELECT EXISTS (SELECT FROM principal WHERE email_index = :email_index AND delete_time IS NULL AND operator) AS operates,
       coalesce(bool_or(email_index = :email_index AND open), false) AS is_invited,
       count(*) FILTER (WHERE open) AS open,
       count(*) FILTER (WHERE create_time > :day_start_time) AS day,
       count(*) FILTER (WHERE create_time > :day_start_time AND email_index = :email_index) AS address_day
FROM (SELECT email_index, create_time, accept_time IS NULL AND revoke_time IS NULL AND expire_time > :now AND guesses < :guesses_max AS open
      FROM operator_invitation WHERE expire_time > :day_start_time) AS sent
