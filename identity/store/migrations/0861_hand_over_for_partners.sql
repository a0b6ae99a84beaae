-- B.3: the partner for which the hand-over of its customer's account was begun, by what their relation permits; NULL: for nobody.
ALTER TABLE hand_over ADD COLUMN partner_account_id uuid REFERENCES account;
