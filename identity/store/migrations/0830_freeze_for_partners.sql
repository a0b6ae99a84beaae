-- B.5: the partner for which its customer's account was frozen, by what their relation permits; NULL: its own people froze, or those above it.
ALTER TABLE account_freeze ADD COLUMN partner_account_id uuid REFERENCES account;
