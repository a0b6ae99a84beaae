-- Opens an account or brings its company facts up to date.
-- in: company_id id, account_id id, corporate bool, verified bool, updated_time time
INSERT INTO account (company_id, account_id, corporate, verified, updated_time)
VALUES (:company_id, :account_id, :corporate, :verified, :updated_time)
ON CONFLICT (company_id, account_id) DO UPDATE SET corporate = excluded.corporate, verified = excluded.verified,
    updated_time = excluded.updated_time
