-- A person's real name, submitted for review (ID-08).
-- in: submission_id id, account_id id, principal_id id, person_id id, country text, kind text, name_sealed bytes, number_sealed bytes,
-- in: expire_time time?, state text, submit_time time
INSERT INTO real_name (submission_id, account_id, principal_id, person_id, country, kind, name_sealed, number_sealed, expire_time, state,
    submit_time)
VALUES (:submission_id, :account_id, :principal_id, :person_id, :country, :kind, :name_sealed, :number_sealed, :expire_time, :state,
    :submit_time)
