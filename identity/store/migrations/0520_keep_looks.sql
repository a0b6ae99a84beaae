-- An operator reads a customer's account for an hour, for a reason that is kept (issue 11): only added to.
CREATE TABLE operator_look (
    look_id       uuid NOT NULL PRIMARY KEY,
    principal_id  uuid NOT NULL REFERENCES principal,
    account_id    uuid NOT NULL REFERENCES account,
    reason        text NOT NULL,
    begin_time    timestamptz NOT NULL,
    end_time      timestamptz NOT NULL
);
CREATE INDEX operator_look_of_operator ON operator_look (principal_id, account_id, end_time);
CREATE INDEX operator_look_into_account ON operator_look (account_id, look_id);
REVOKE UPDATE, DELETE, TRUNCATE ON operator_look FROM CURRENT_USER;

-- What operators find customers by.
CREATE INDEX contact_of_index ON contact (contact_index);
CREATE INDEX submission_of_number ON company_submission (number);
CREATE INDEX submission_of_name ON company_submission ((lower(name) COLLATE "C"));
