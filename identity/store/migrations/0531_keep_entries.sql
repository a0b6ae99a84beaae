-- ID-28: how an account came to be, written once; and when it was upgraded (D). ID-38: who did each step of the onboarding.
ALTER TABLE sign_up
    ADD COLUMN entry_channel text NOT NULL DEFAULT 'DIRECT' CONSTRAINT sign_up_enters_somehow CHECK (entry_channel IN ('DIRECT', 'REFERRAL', 'PARTNER')),
    ADD COLUMN campaign text NOT NULL DEFAULT '' CONSTRAINT sign_up_campaign_is_short CHECK (length(campaign) <= 64);
ALTER TABLE account ADD COLUMN upgrade_time timestamptz;
ALTER TABLE onboarding_record ADD COLUMN actor_id uuid;
-- An account from before has no row and came directly.
CREATE TABLE account_entry (
    account_id uuid PRIMARY KEY REFERENCES account,
    channel    text NOT NULL CHECK (channel IN ('DIRECT', 'REFERRAL', 'PARTNER')),
    campaign   text NOT NULL CHECK (length(campaign) <= 64)
);
REVOKE UPDATE, DELETE, TRUNCATE ON account_entry FROM CURRENT_USER;
