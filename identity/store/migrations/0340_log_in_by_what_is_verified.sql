-- S10: one logs in by what one has verified. Who signed up by phone and has not verified the e-mail address since logs in by the number;
-- where several did so with one number, the first account has it, and the others keep the address until its owner verifies it.
COMMENT ON COLUMN principal.email_index IS 'By what the person logs in: the e-mail address, or until it is verified the number of a sign-up by phone.';

UPDATE principal SET email_index = phone.contact_index
FROM contact AS phone
WHERE phone.account_id = principal.account_id AND phone.channel = 'PHONE' AND phone.verify_time IS NOT NULL
  AND principal.delete_time IS NULL AND NOT principal.operator
  AND principal.principal_id = (SELECT account.principal_id FROM account WHERE account.account_id = principal.account_id)
  AND NOT EXISTS (SELECT FROM contact AS email
                  WHERE email.account_id = principal.account_id AND email.channel = 'EMAIL' AND email.verify_time IS NOT NULL)
  AND NOT EXISTS (SELECT FROM contact AS earlier
                  JOIN contact AS email ON email.account_id = earlier.account_id AND email.channel = 'EMAIL' AND email.verify_time IS NULL
                  WHERE earlier.channel = 'PHONE' AND earlier.verify_time IS NOT NULL AND earlier.contact_index = phone.contact_index
                    AND earlier.account_id < phone.account_id);
