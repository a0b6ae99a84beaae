-- An operator closes a look before its end: once, and only added to, like the look itself; no foreign key, which only who may change looks
-- could hold.
CREATE TABLE operator_look_close (
    look_id     uuid NOT NULL PRIMARY KEY,
    close_time  timestamptz NOT NULL
);
REVOKE UPDATE, DELETE, TRUNCATE ON operator_look_close FROM CURRENT_USER;

-- Of an account alone, so that nothing else is asked by it.
DROP INDEX operator_look_into_account;
CREATE INDEX operator_look_into_account ON operator_look (account_id, look_id) WHERE account_id IS NOT NULL AND look_id IS NOT NULL;
