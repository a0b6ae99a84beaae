-- Accounts that were not looked at for a day, by whatever order: days pass without one.
-- in: looked_before_time time, limit int64
-- out: company_id id, account_id id
SELECT company_id, account_id FROM ladder WHERE looked_time <= :looked_before_time ORDER BY looked_time LIMIT :limit
