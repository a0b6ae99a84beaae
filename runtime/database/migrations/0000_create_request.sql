-- Every mutation's request id, the hash of its body and the answer it was given, kept for ever (rules, settled 2). The scope is the
-- company in the ledger and in sharing, the account elsewhere; the column has one name in every schema.
CREATE TABLE request (
    company_id    uuid        NOT NULL,
    request_id    uuid        NOT NULL,
    body_hash     bytea       NOT NULL CONSTRAINT request_body_hash_is_sha256 CHECK (octet_length(body_hash) = 32),
    code          bigint,
    answer        bytea,
    recorded_time timestamptz NOT NULL,
    PRIMARY KEY (company_id, request_id),
    CONSTRAINT request_answer_has_code CHECK ((code IS NULL) = (answer IS NULL))
);
