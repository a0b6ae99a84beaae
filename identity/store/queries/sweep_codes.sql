-- Forgets codes and what destinations have seen, once neither counts for a limit any more (ID-11). A challenge that was used stays as
-- long, so that its code is answered as used.
WITH challenges AS (
    DELETE FROM challenge WHERE expire_time < $1
), sends AS (
    DELETE FROM code_send WHERE send_time < $1
)
DELETE FROM destination WHERE guesses_since < $1
