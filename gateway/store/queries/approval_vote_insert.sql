-- An approver's word.
-- in: approval_id id, principal_id id, approves bool, credential_id text, vote_time time
INSERT INTO gateway.approval_vote (approval_id, principal_id, approves, credential_id, vote_time)
VALUES (:approval_id, :principal_id, :approves, :credential_id, :vote_time)
