-- The amount of the contract that an account confirmed; none when it has not.
-- in: company_id id, account_id id
-- out: amount_micros int64
SELECT amount_micros
FROM entry
WHERE entry.account = (SELECT number FROM account WHERE company_id = :company_id AND account_id = :account_id LIMIT 1)
    AND entry.kind IN (14, 15) AND (entry.kind = 15) IS TRUE
ORDER BY entry.sequence LIMIT 1
