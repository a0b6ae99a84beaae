-- Since when the failures of an address's unknown lanes are counted.
-- in: email_index bytes
-- out: since time
SELECT since FROM log_in_day WHERE email_index = :email_index
