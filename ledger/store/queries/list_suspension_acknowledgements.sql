-- Who acknowledged a turn of an account; 100 at most are kept.
-- in: account_id id, turned_time time
-- out: runner text, acknowledge_time time
SELECT runner, acknowledge_time
FROM suspension_acknowledgement
WHERE account_id = :account_id AND turned_time = :turned_time
ORDER BY runner LIMIT 100
