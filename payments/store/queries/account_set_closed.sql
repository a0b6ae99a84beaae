-- Topped up no more, or again.
UPDATE account SET closed_time = CASE WHEN $2::boolean THEN coalesce(closed_time, $3::timestamptz) END WHERE account_id = $1::uuid
