-- What was made with a key can only be read and found again with it: its check value is kept at the first start, for good.
CREATE TABLE key_check (
    name  text  PRIMARY KEY,
    value bytea NOT NULL CONSTRAINT key_check_value_is_a_hash CHECK (octet_length(value) = 32)
);
REVOKE UPDATE, DELETE, TRUNCATE ON key_check FROM CURRENT_USER;
