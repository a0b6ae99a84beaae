-- A member left: its shares through the organization end.
UPDATE share SET ended_time = greatest($4::timestamptz, active_from_time)
WHERE company_id = $1::uuid AND organization_id = $2::uuid AND account_id = ANY ($3::uuid[]) AND ended_time IS NULL
