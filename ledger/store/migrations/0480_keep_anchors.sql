-- Anchors (c-14, docs/proof.md): what a stretch of a company's chain came to, signed; the hash names the anchor for the next one.
CREATE TABLE anchor (
    company_id     uuid        NOT NULL,
    number         bigint      NOT NULL,
    period_time    timestamptz NOT NULL,
    first_sequence bigint      NOT NULL,
    last_sequence  bigint      NOT NULL,
    entries_root   bytea       NOT NULL,
    account_count  bigint      NOT NULL,
    accounts_root  bytea       NOT NULL,
    previous       bytea       NOT NULL,
    hash           bytea       NOT NULL,
    public_key     bytea       NOT NULL,
    signature      bytea       NOT NULL,
    PRIMARY KEY (company_id, number),
    CONSTRAINT anchor_has_entries CHECK (first_sequence > 0 AND last_sequence >= first_sequence)
);

-- An account's state in the first anchor that has the account, and in each that changed it: all that it was told, folded.
CREATE TABLE anchored_account (
    company_id uuid   NOT NULL,
    account_id uuid   NOT NULL,
    number     bigint NOT NULL,
    entries    bigint NOT NULL,
    hash       bytea  NOT NULL,
    PRIMARY KEY (company_id, account_id, number)
);

-- Append-only, as entries are.
REVOKE UPDATE, DELETE, TRUNCATE ON anchor, anchored_account FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON anchor, anchored_account FROM CURRENT_USER;
