-- The guess was right: it does not count.
-- in: invitation_id id
UPDATE operator_invitation SET guesses = guesses - 1 WHERE invitation_id = :invitation_id
