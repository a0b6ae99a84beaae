-- How often an account submitted a company since a moment.
SELECT count(*) FROM company_submission WHERE account_id = $1 AND submit_time > $2
