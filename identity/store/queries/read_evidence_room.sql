-- How much of files is kept, of a submission and of its account.
-- in: account_id id, submission_id id
-- out: files int64, bytes int64
SELECT count(*) FILTER (WHERE submission_id = :submission_id) AS files, coalesce(sum(size), 0)::bigint AS bytes
FROM evidence_file
WHERE account_id = :account_id AND delete_time IS NULL
