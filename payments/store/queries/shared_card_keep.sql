-- A card that was put on so many accounts that operators look at it.
-- in: card_id id, fingerprint bytes, brand text, last_four text, accounts int64
INSERT INTO shared_card (card_id, fingerprint, brand, last_four, accounts)
VALUES (:card_id, :fingerprint, :brand, :last_four, :accounts)
ON CONFLICT (fingerprint) DO UPDATE SET accounts = excluded.accounts
