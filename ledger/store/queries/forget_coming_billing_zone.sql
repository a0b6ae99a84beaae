-- Forgets the zone that was chosen for an account's next billing period; under the lock of its chain.
-- in: account_id id, now time
DELETE FROM billing_zone WHERE account_id = :account_id AND since_time > :now
