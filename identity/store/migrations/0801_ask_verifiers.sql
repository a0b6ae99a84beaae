-- Submissions that a verifier is asked about, until it is decided who decides (ID-08, ID-18). Those of companies may wait for an operator alone, too,
-- as those of real names do.
CREATE TABLE verification (
    submission_id  uuid PRIMARY KEY,
    kind           text NOT NULL CONSTRAINT verification_is_of_a_company_or_a_real_name CHECK (kind IN ('COMPANY', 'REAL_NAME')),
    due_time       timestamptz NOT NULL,
    tries          bigint NOT NULL DEFAULT 0
);
CREATE INDEX verification_due ON verification (due_time) WHERE due_time IS NOT NULL;

ALTER TABLE company_submission DROP CONSTRAINT submission_state_is_known,
    ADD CONSTRAINT submission_state_is_known CHECK (state IN ('SUBMITTED', 'IN_REVIEW', 'VERIFIED', 'REJECTED', 'REVOKED'));
DROP INDEX account_has_one_submission_in_review;
CREATE UNIQUE INDEX account_has_one_submission_in_review ON company_submission (account_id) WHERE state IN ('SUBMITTED', 'IN_REVIEW');
