-- ID-32: what an account demands of factors: before money, before who may do what, and of roles in any case.
ALTER TABLE account
    ADD COLUMN mfa_money text NOT NULL DEFAULT 'WHEN_ENROLLED'
        CONSTRAINT account_demands_of_money_what_is_known CHECK (mfa_money IN ('NONE', 'WHEN_ENROLLED', 'REQUIRED')),
    ADD COLUMN mfa_who_may_what text NOT NULL DEFAULT 'WHEN_ENROLLED'
        CONSTRAINT account_demands_of_roles_what_is_known CHECK (mfa_who_may_what IN ('NONE', 'WHEN_ENROLLED', 'REQUIRED')),
    ADD COLUMN mfa_roles text NOT NULL DEFAULT '';
