-- Who stands under whom (B.1): GROUP from a company's main account, the first verified of the company, to its other verified accounts;
-- RESALE from an agent to its customer. A row is never changed but for its end. version counts a child's edges of a kind from 1.
CREATE TABLE structure_edge (
    child_account_id   uuid NOT NULL REFERENCES account,
    kind               text NOT NULL,
    version            bigint NOT NULL,
    parent_account_id  uuid NOT NULL REFERENCES account,
    begin_time         timestamptz NOT NULL,
    end_time           timestamptz,
    PRIMARY KEY (child_account_id, kind, version),
    CONSTRAINT edge_is_a_group_or_a_resale CHECK (kind IN ('GROUP', 'RESALE')),
    CONSTRAINT edge_joins_two_accounts CHECK (parent_account_id <> child_account_id)
);
CREATE UNIQUE INDEX edge_that_holds ON structure_edge (child_account_id, kind) WHERE end_time IS NULL;
CREATE INDEX edge_of_parent ON structure_edge (parent_account_id);

ALTER TABLE company ADD COLUMN main_account_id uuid REFERENCES account;
CREATE INDEX submission_of_company ON company_submission (company_id, state, decide_time);
UPDATE company SET main_account_id = (
    SELECT account_id FROM company_submission AS submission
    WHERE submission.company_id = company.company_id AND state = 'VERIFIED' ORDER BY decide_time, submission_id LIMIT 1);
INSERT INTO structure_edge (child_account_id, kind, version, parent_account_id, begin_time)
SELECT submission.account_id, 'GROUP', 1, company.main_account_id, submission.decide_time
FROM company_submission AS submission JOIN company USING (company_id)
WHERE state = 'VERIFIED' AND submission.account_id <> company.main_account_id;

-- A grant with subtree holds in all accounts under its own, too (GW-13).
ALTER TABLE role_grant DROP CONSTRAINT role_is_of_an_account,
    ADD CONSTRAINT role_is_of_an_account CHECK (role IN ('ACCOUNT_ADMINISTRATOR', 'MEMBER', 'FINANCE', 'TECHNOLOGY',
        'AGENCY_BILLING_VIEWER', 'CLIENT_SUCCESS', 'BILLING_FREEZER')),
    ADD COLUMN subtree boolean NOT NULL DEFAULT false,
    ADD COLUMN granted_by uuid REFERENCES principal;
CREATE INDEX grant_of_subtree ON role_grant (principal_id, account_id) WHERE subtree;
