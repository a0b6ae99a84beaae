-- Whether anything was ever sealed or indexed with the key; asked once, at the start.
-- out: found bool
SELECT EXISTS (SELECT FROM principal) OR EXISTS (SELECT FROM sign_up) AS found
