-- An account demands this of factors from now on.
-- in: account_id id, money text, who_may_what text, roles text
UPDATE account SET mfa_money = :money, mfa_who_may_what = :who_may_what, mfa_roles = :roles WHERE account_id = :account_id
