-- Moves a locked account's balance and books the posting, in one statement to save a round trip: request, account, amount.
WITH moved AS (
    UPDATE account
    SET balance_micros = balance_micros + $3::bigint, version = version + 1
    WHERE account_id = $2::uuid
    RETURNING account_id, version, balance_micros
)
INSERT INTO posting (account_id, version, request_id, amount_micros, balance_micros)
SELECT account_id, version, $1::uuid, $3::bigint, balance_micros
FROM moved
