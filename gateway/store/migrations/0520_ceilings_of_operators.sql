-- Under the provider's own account (gateway/domain/suspense.h) stand the approvals of operators' acts (LED-19), whatever account an act is in.
INSERT INTO gateway.ceiling_policy (account_id, currency, time_zone, set_by_principal_id, set_time, approvers)
VALUES ('b7dbb2e2-a211-8fae-88cf-c0000f553852', 'CNY', 'UTC', '00000000-0000-0000-0000-000000000000', now(), 1)
ON CONFLICT (account_id) DO NOTHING;
