-- Opens an account or brings its company facts up to date.
INSERT INTO account (company_id, account_id, corporate, verified, updated_time)
VALUES ($1::uuid, $2::uuid, $3::boolean, $4::boolean, $5::timestamptz)
ON CONFLICT (company_id, account_id) DO UPDATE SET corporate = excluded.corporate, verified = excluded.verified, updated_time = excluded.updated_time
