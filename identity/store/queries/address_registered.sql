-- Whether an e-mail address or a number (channel: which of both) logs in to a live principal who verified it, has no account
-- of its own (ID-20), or operates.
-- in: email_index bytes, channel text
-- out: registered bool
SELECT EXISTS (SELECT FROM principal
               WHERE email_index = :email_index AND delete_time IS NULL
                 AND (operator OR account_id IS NULL OR (SELECT verify_time FROM contact WHERE contact.account_id = principal.account_id
                     AND contact.channel = :channel
                                   LIMIT 1) IS NOT NULL)) AS registered
