-- What was used, as the services told it that meter it: a row a record, by its source and the id that it has there, for ever. line_id names it
-- elsewhere. digest is the SHA-256 of what was told, tags are lines "key=value" between line feeds. Nothing of it changes but corrected_micros,
-- what other records took back of it.
CREATE TABLE usage_record (
    source           text        NOT NULL,
    record_id        text        NOT NULL,
    line_id          uuid        NOT NULL,
    account_id       uuid        NOT NULL,
    quantity_micros  bigint      NOT NULL,
    corrected_micros bigint      NOT NULL DEFAULT 0,
    start_time       timestamptz NOT NULL,
    end_time         timestamptz NOT NULL,
    record_time      timestamptz NOT NULL,
    sku_id           text        NOT NULL,
    region_id        text        NOT NULL,
    resource_id      text        NOT NULL,
    corrected_id     text,
    tags             text        NOT NULL,
    remark           text        NOT NULL,
    digest           bytea       NOT NULL,
    PRIMARY KEY (source, record_id),
    CONSTRAINT usage_record_takes_back_what_it_names CHECK ((quantity_micros < 0) = (corrected_id IS NOT NULL)),
    CONSTRAINT usage_record_is_corrected_within_itself CHECK (corrected_micros BETWEEN 0 AND greatest(quantity_micros, 0))
);
CREATE INDEX usage_record_of_account ON usage_record (account_id, start_time, line_id);
REVOKE UPDATE, DELETE, TRUNCATE ON usage_record FROM CURRENT_USER;
GRANT UPDATE (corrected_micros) ON usage_record TO CURRENT_USER;
