-- "Use phone instead" (ID-04): the channel of the last code, and a number when it is new.
-- in: sign_up_id id, channel text, phone_sealed bytes?, phone_index bytes?
UPDATE sign_up SET channel = :channel, phone_sealed = coalesce(:phone_sealed, phone_sealed),
    phone_index = coalesce(:phone_index, phone_index)
WHERE sign_up_id = :sign_up_id
