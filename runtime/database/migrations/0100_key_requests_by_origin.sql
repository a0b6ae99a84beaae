-- Who chose a request id is part of its key (rules, settled 2): origin, as runtime/base/origin.h makes it. Nobody can tell any more who
-- chose the ids of before; they stay aside, never written again. Whoever calls is answered from there as before; internal steps are not,
-- and what they did by then, the migrations of each context move to their origin.
ALTER TABLE request RENAME TO request_before;
ALTER INDEX request_pkey RENAME TO request_before_pkey;

CREATE TABLE request (
    company_id    uuid        NOT NULL,
    request_id    uuid        NOT NULL,
    origin        uuid        NOT NULL,
    body_hash     bytea       NOT NULL CONSTRAINT request_body_hash_is_sha256 CHECK (octet_length(body_hash) = 32),
    code          bigint,
    answer        bytea,
    recorded_time timestamptz NOT NULL,
    PRIMARY KEY (company_id, request_id, origin),
    CONSTRAINT request_answer_has_code CHECK ((code IS NULL) = (answer IS NULL))
);
