-- Keeps an invitation; of its code only a keyed hash.
-- in: invitation_id id, account_id id, email_sealed bytes, email_index bytes, name_sealed bytes, role text, subtree bool,
-- in: code_mac bytes, invited_by id, create_time time, expire_time time
INSERT INTO invitation (invitation_id, account_id, email_sealed, email_index, name_sealed, role, subtree, code_mac, invited_by, create_time,
    expire_time)
VALUES (:invitation_id, :account_id, :email_sealed, :email_index, :name_sealed, :role, :subtree, :code_mac, :invited_by, :create_time,
    :expire_time)
