-- What ties an account to a chain of its own, which is locked: holds that are active or whose end was not noted, money that ever went between
-- it and another chain, quotas that it pays by.
-- in: account_id id
-- out: has_holds bool, has_transits bool, has_quotas bool
SELECT EXISTS (SELECT FROM hold WHERE hold.company_id = :account_id AND hold.account_id = :account_id AND state = 1) AS has_holds,
       EXISTS (SELECT FROM transit WHERE sender_id = :account_id) OR EXISTS (SELECT FROM transit WHERE receiver_id = :account_id) AS has_transits,
       EXISTS (SELECT FROM quota WHERE quota.company_id = :account_id AND quota.account_id = :account_id)
           OR EXISTS (SELECT FROM pool WHERE pool.company_id = :account_id AND pool.account_id = :account_id) AS has_quotas
