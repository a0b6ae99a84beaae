-- The look into an account that an operator has open, of several the one that ends last, as read_sessions judges it: none when there is no row.
-- in: principal_id id, account_id id, now time
-- out: look_id id
SELECT look_id
FROM operator_look AS look
WHERE look.principal_id = :principal_id AND look.account_id = :account_id AND look.end_time > :now
    AND (SELECT close_time FROM operator_look_close AS closed WHERE closed.look_id = look.look_id) IS NULL
    AND EXISTS (SELECT FROM operator_grant AS opened WHERE opened.principal_id = look.principal_id
                AND opened.role <> 'OPERATOR_ADMINISTRATOR' AND opened.grant_time <= look.begin_time)
ORDER BY look.end_time DESC LIMIT 1
