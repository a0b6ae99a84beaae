-- The words on some approvals, in the order in which they were given.
-- in: approval_ids id[]
-- out: approval_id id, principal_id id, approves bool, vote_time time
SELECT vote.approval_id, vote.principal_id, vote.approves, vote.vote_time FROM unnest(:approval_ids) AS asked (approval_id)
CROSS JOIN LATERAL (
    SELECT approval_id, principal_id, approves, vote_time FROM gateway.approval_vote AS vote WHERE vote.approval_id = asked.approval_id LIMIT 6
) AS vote
ORDER BY vote.vote_time, vote.principal_id
