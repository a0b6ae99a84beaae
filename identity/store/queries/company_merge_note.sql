-- A company is another one from now on, and so are those that were merged into it.
-- in: company_id id, merged_company_id id, merge_time time, reason text, merged_by id, approved_by id
UPDATE company SET merged_into = :company_id, main_account_id = NULL, merge_time = coalesce(merge_time, :merge_time),
    merge_reason = CASE WHEN merged_into IS NULL THEN :reason ELSE merge_reason END,
    merged_by = coalesce(merged_by, :merged_by), merge_approved_by = coalesce(merge_approved_by, :approved_by)
WHERE company_id = ANY (ARRAY(
    SELECT company_id FROM company WHERE company_id = :merged_company_id
    UNION ALL
    SELECT company_id FROM company WHERE merged_into = :merged_company_id))
