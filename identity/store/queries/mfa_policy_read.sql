-- What an account demands of factors.
-- in: account_id id
-- out: money text, who_may_what text, roles text
SELECT mfa_money AS money, mfa_who_may_what AS who_may_what, mfa_roles AS roles FROM account WHERE account_id = :account_id
