-- Every time that an account was verified to its company (SHR-03): a usage is judged by the facts of its time. Of the time before nothing
-- but the last change is known; who shared then was verified when it did.
CREATE TABLE verification (
    company_id   uuid        NOT NULL,
    account_id   uuid        NOT NULL,
    started_time timestamptz NOT NULL,
    ended_time   timestamptz,
    PRIMARY KEY (company_id, account_id, started_time),
    CONSTRAINT verification_ends_after_its_start CHECK (ended_time >= started_time),
    FOREIGN KEY (company_id, account_id) REFERENCES account (company_id, account_id)
);
CREATE UNIQUE INDEX verification_once_at_a_time ON verification (company_id, account_id) WHERE ended_time IS NULL;

INSERT INTO verification (company_id, account_id, started_time, ended_time)
SELECT company_id, account_id, 'epoch', CASE WHEN NOT verified THEN updated_time END FROM account WHERE corporate;
