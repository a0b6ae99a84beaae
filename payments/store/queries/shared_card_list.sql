-- A page of the cards that were put on more accounts than five, newest first.
-- in: before_id id, limit int64
-- out: card_id id, brand text, last_four text, accounts int64
SELECT card_id, brand, last_four, accounts FROM shared_card WHERE card_id < :before_id ORDER BY card_id DESC LIMIT :limit
