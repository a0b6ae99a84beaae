-- Forgets codes and what destinations have seen, once neither counts for a limit any more (ID-11). A challenge that was used stays as
-- long, so that its code is answered as used. A bounded number at once, so that a flood is forgotten turn by turn.
-- in: before_time time
WITH challenges AS (
    DELETE FROM challenge WHERE ctid = ANY (ARRAY(SELECT ctid FROM challenge WHERE expire_time < :before_time
        ORDER BY expire_time LIMIT 10000))
), sends AS (
    DELETE FROM code_send WHERE ctid = ANY (ARRAY(SELECT ctid FROM code_send WHERE send_time < :before_time ORDER BY send_time
        LIMIT 10000))
)
DELETE FROM destination
WHERE ctid = ANY (ARRAY(SELECT ctid FROM destination WHERE guesses_since < :before_time ORDER BY guesses_since LIMIT 10000))
