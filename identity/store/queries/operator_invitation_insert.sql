-- Keeps an invitation of an operator; of its code only a keyed hash.
-- in: invitation_id id, email_sealed bytes, email_index bytes, name_sealed bytes, roles text, code_mac bytes, invited_by id,
-- in: create_time time, expire_time time
INSERT INTO operator_invitation (invitation_id, email_sealed, email_index, name_sealed, roles, code_mac, invited_by, create_time, expire_time)
VALUES (:invitation_id, :email_sealed, :email_index, :name_sealed, :roles, :code_mac, :invited_by, :create_time, :expire_time)
