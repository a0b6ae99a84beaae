-- Counts a guess before the code is looked at, alone in its transaction (ID-11); no row: the budget of the code is spent, or that of its
-- destination and the code was guessed at before, or the code is used or expired. The first guess at a code is looked at even when
-- others have spent the destination's budget (S9); it is late then.
-- in: challenge_id id, now time, guesses_max int64, destination_guesses_max int64, window_start_time time
-- out: code_mac bytes, late bool
WITH counted AS (
    UPDATE challenge SET guesses = guesses + 1
    WHERE challenge_id = :challenge_id AND guesses < :guesses_max AND use_time IS NULL AND (expire_time > :now) IS TRUE -- not for an index
    RETURNING code_mac, destination_index, guesses
), budget AS (
    INSERT INTO destination AS seen (destination_index, guesses, guesses_since)
    SELECT destination_index, 1, :now FROM counted
    ON CONFLICT (destination_index) DO UPDATE SET
        guesses = CASE WHEN seen.guesses_since > :window_start_time THEN seen.guesses + 1 ELSE 1 END,
        guesses_since = CASE WHEN seen.guesses_since > :window_start_time THEN seen.guesses_since ELSE :now END
    WHERE seen.guesses < :destination_guesses_max OR seen.guesses_since <= :window_start_time
    RETURNING true
)
SELECT code_mac, NOT EXISTS (SELECT FROM budget) AS late FROM counted WHERE guesses = 1 OR EXISTS (SELECT FROM budget)
