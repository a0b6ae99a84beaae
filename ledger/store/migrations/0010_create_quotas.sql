-- Pay on behalf (LED-20, D.10): accounts that pay for others, and what each of those may consume. A sub-account may belong to any
-- company; here it is but a name. settled_sequence is the account's last settlement, which deducts for every quota at once: what a quota
-- has undeducted counts as deducted unless it was metered behind it.
CREATE TABLE pool (
    company_id       uuid   NOT NULL,
    account_id       uuid   NOT NULL,
    settled_sequence bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, account_id)
) WITH (fillfactor = 90);

CREATE TABLE quota (
    company_id        uuid   NOT NULL,
    account_id        uuid   NOT NULL,
    sub_account_id    uuid   NOT NULL,
    line_micros       bigint NOT NULL,
    deducted_micros   bigint NOT NULL DEFAULT 0,
    undeducted_micros bigint NOT NULL DEFAULT 0,
    metered_sequence  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, account_id, sub_account_id),
    CONSTRAINT quota_is_of_another_account CHECK (sub_account_id <> account_id),
    CONSTRAINT quota_line_and_usage_are_not_negative CHECK (line_micros >= 0 AND undeducted_micros >= 0)
) WITH (fillfactor = 90);
