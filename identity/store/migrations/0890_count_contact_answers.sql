-- ID-21: whoever invites is told that a contact has an account; such answers count as the invitations of a day do, so that nobody asks for a list.
CREATE TABLE contact_answer (
    agent_account_id  uuid NOT NULL REFERENCES account,
    answer_time       timestamptz NOT NULL,
    answer_id         uuid NOT NULL,
    PRIMARY KEY (agent_account_id, answer_time, answer_id)
);
CREATE INDEX contact_answer_by_age ON contact_answer (answer_time);
