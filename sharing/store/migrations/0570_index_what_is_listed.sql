-- Who was given shares asks for them by the account, and who made an organization by theirs. Conditions as 0150 says; the first is one that
-- this question alone writes down.
CREATE INDEX share_by_account ON share (company_id, account_id, share_id) WHERE active_from_time IS NOT NULL;
CREATE INDEX organization_by_account ON organization (company_id, account_id, organization_id) WHERE account_id IS NOT NULL;
