-- Cards that were put on more accounts than five, counted anew whenever one is tried; no row for any other card.
CREATE TABLE shared_card (
    card_id     uuid   NOT NULL PRIMARY KEY,
    fingerprint bytea  NOT NULL UNIQUE,
    brand       text   NOT NULL,
    last_four   text   NOT NULL CONSTRAINT shared_card_shows_four_digits CHECK (last_four ~ '^[0-9]{4}$'),
    accounts    bigint NOT NULL CONSTRAINT shared_card_is_on_many CHECK (accounts > 5)
);

-- Whatever became of it: the accounts of a card, and nothing else (0150).
CREATE INDEX payment_method_of_card ON payment_method (fingerprint, payment_method_id)
    WHERE fingerprint IS NOT NULL AND payment_method_id IS NOT NULL;

INSERT INTO shared_card (card_id, fingerprint, brand, last_four, accounts)
SELECT (array_agg(payment_method_id ORDER BY payment_method_id DESC))[1], fingerprint, min(brand), min(last_four), count(DISTINCT account_id)
  FROM payment_method GROUP BY fingerprint HAVING count(DISTINCT account_id) > 5;
