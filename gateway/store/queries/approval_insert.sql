-- An act waits for approvers.
-- in: approval_id id, account_id id, requester_id id, request_id id, credential_id text, rpc text, request bytes, hash bytes, action text,
-- in: amount_micros int64, currency text, target_account_id text, payment_method_id text, remark text, approvers int64, create_time time, expire_time time,
-- in: requester_makers text
INSERT INTO gateway.approval (approval_id, account_id, requester_id, request_id, credential_id, rpc, request, hash, action, amount_micros, currency,
                              target_account_id, payment_method_id, remark, approvers, state, create_time, expire_time, requester_makers)
VALUES (:approval_id, :account_id, :requester_id, :request_id, :credential_id, :rpc, :request, :hash, :action, :amount_micros, :currency,
        :target_account_id, :payment_method_id, :remark, :approvers, 'PENDING', :create_time, :expire_time, :requester_makers)
