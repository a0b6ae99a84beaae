-- Keeps an override that two operators granted; the one of before was ended. The caller holds the lock of the company's chain.
-- in: override_id id, company_id id, account_id id, until_time time, reason text, operator_id id, approver_id id, approval_id id, grant_time time
INSERT INTO account_override (override_id, company_id, account_id, until_time, reason, operator_id, approver_id, approval_id, grant_time)
VALUES (:override_id, :company_id, :account_id, :until_time, :reason, :operator_id, :approver_id, :approval_id, :grant_time)
