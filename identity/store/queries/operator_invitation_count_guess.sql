-- Counts a guess at the code before it is looked at, alone in its transaction; no row: there were too many.
-- in: invitation_id id, guesses_max int64
-- out: code_mac bytes
UPDATE operator_invitation SET guesses = guesses + 1 WHERE invitation_id = :invitation_id AND guesses < :guesses_max RETURNING code_mac
