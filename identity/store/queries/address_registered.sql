-- Whether an e-mail address or a number ($2: which of both) logs in to a live principal who verified it, or who operates.
SELECT EXISTS (SELECT FROM principal
               WHERE email_index = $1 AND delete_time IS NULL
                 AND (operator OR (SELECT verify_time FROM contact WHERE contact.account_id = principal.account_id AND contact.channel = $2
                                   LIMIT 1) IS NOT NULL))
