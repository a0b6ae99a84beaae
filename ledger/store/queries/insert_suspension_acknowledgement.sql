-- Notes that a runner has done what an account's turn asks for, once, of the first 100 runners; the chain of the account's company is locked.
-- in: account_id id, turned_time time, runner text, now time
INSERT INTO suspension_acknowledgement (account_id, turned_time, runner, acknowledge_time)
SELECT :account_id, :turned_time, :runner, :now
WHERE (SELECT count(*) FROM suspension_acknowledgement WHERE account_id = :account_id AND turned_time = :turned_time) < 100
ON CONFLICT DO NOTHING
