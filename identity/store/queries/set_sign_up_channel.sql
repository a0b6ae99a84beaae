-- "Use phone instead" (ID-04): the channel of the last code, and a number when it is new.
UPDATE sign_up SET channel = $2, phone_sealed = coalesce($3, phone_sealed), phone_index = coalesce($4, phone_index)
WHERE sign_up_id = $1
