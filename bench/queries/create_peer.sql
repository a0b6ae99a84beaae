-- The tables of the baselines that commit transfer by transfer: as lean as a ledger can be that is safe to repeat and keeps its history.
-- No lots, no hash chain, no outbox, no stored answer: less than Kontor's ledger does.
CREATE TABLE account (
    account_id     uuid   PRIMARY KEY,
    balance_micros bigint NOT NULL CHECK (balance_micros >= 0),
    version        bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE transfer (
    request_id     uuid        PRIMARY KEY,
    source_id      uuid        NOT NULL,
    destination_id uuid        NOT NULL,
    amount_micros  bigint      NOT NULL CHECK (amount_micros > 0),
    recorded_time  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE posting (
    account_id     uuid   NOT NULL,
    version        bigint NOT NULL,
    request_id     uuid   NOT NULL,
    amount_micros  bigint NOT NULL,
    balance_micros bigint NOT NULL,
    PRIMARY KEY (account_id, version)
);

CREATE TABLE bare (
    request_id uuid PRIMARY KEY
);

-- The stored procedure: once per request id, rows locked by updating them in the order of their ids, no look-up it could do without.
CREATE FUNCTION transfer_money(request uuid, source uuid, destination uuid, amount bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    now_version bigint;
    now_balance bigint;
    first_is_source boolean := source < destination;
BEGIN
    INSERT INTO transfer (request_id, source_id, destination_id, amount_micros) VALUES (request, source, destination, amount)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'REPLAYED';
    END IF;
    FOR turn IN 1..2 LOOP
        IF (turn = 1) = first_is_source THEN
            UPDATE account SET balance_micros = balance_micros - amount, version = version + 1
            WHERE account_id = source AND balance_micros >= amount
            RETURNING version, balance_micros INTO now_version, now_balance;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'EXCEEDS_TRANSFERABLE';
            END IF;
            INSERT INTO posting VALUES (source, now_version, request, -amount, now_balance);
        ELSE
            UPDATE account SET balance_micros = balance_micros + amount, version = version + 1
            WHERE account_id = destination
            RETURNING version, balance_micros INTO now_version, now_balance;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'DESTINATION_NOT_FOUND';
            END IF;
            INSERT INTO posting VALUES (destination, now_version, request, amount, now_balance);
        END IF;
    END LOOP;
    RETURN 'ACCEPTED';
END
$$;
