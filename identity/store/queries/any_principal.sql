-- Whether anything was ever sealed or indexed with the key, and one address that was; asked once, at the start.
-- out: found bool, email_sealed bytes?
SELECT EXISTS (SELECT FROM principal) OR EXISTS (SELECT FROM sign_up) AS found,
       coalesce((SELECT sealed FROM contact WHERE channel = 'EMAIL' LIMIT 1), (SELECT email_sealed FROM sign_up LIMIT 1)) AS email_sealed
