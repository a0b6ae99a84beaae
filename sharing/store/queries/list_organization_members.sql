-- The members of an organization by their ids, after the one that the last page ended with.
-- in: company_id id, organization_id id, after_id id, limit int64
-- out: as read_members
SELECT account_id, joined_time
FROM organization_member
WHERE company_id = :company_id AND organization_id = :organization_id AND account_id > :after_id
ORDER BY account_id
LIMIT :limit
