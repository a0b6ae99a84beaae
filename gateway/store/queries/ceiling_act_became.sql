-- The top-up that an act became.
-- in: account_id id, principal_id id, request_id id, object_id id
UPDATE gateway.ceiling_act SET object_id = :object_id
WHERE account_id = :account_id AND principal_id = :principal_id AND request_id = :request_id AND object_id IS NULL
