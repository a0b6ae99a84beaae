-- The organizations that an account made, newest first, before the one that the last page ended with.
-- in: company_id id, account_id id, name_contains text, before_id id, limit int64
-- out: organization_id id, name text, created_time time, members int64
SELECT organization.organization_id, organization.name, organization.created_time, member.count AS members
FROM (
    SELECT *
    FROM organization
    WHERE company_id = :company_id AND account_id = :account_id AND organization_id < :before_id
        AND (:name_contains = '' OR position(lower(:name_contains) IN lower(name)) > 0)
    ORDER BY organization_id DESC
    LIMIT :limit
) AS organization
CROSS JOIN LATERAL (
    SELECT count(*)
    FROM organization_member
    WHERE company_id = :company_id AND organization_id = organization.organization_id
) AS member
ORDER BY organization.organization_id DESC
