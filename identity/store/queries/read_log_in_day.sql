-- Since when the failures of an address's unknown lanes are counted.
SELECT since FROM log_in_day WHERE email_index = $1
