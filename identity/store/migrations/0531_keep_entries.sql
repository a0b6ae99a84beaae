-- ID-28: how an account came to be, written once; and when it was upgraded (D). ID-38: who did each step of the onboarding.
ALTER TABLE sign_up
    ADD COLUMN entry_channel text NOT NULL DEFAULT 'DIRECT' CONSTRAINT sign_up_enters_somehow CHECK (entry_channel IN ('DIRECT', 'REFERRAL', 'PARTNER')),
    ADD COLUMN campaign text NOT NULL DEFAULT '' CONSTRAINT sign_up_campaign_is_short CHECK (length(campaign) <= 64);
ALTER TABLE account
    ADD COLUMN entry_channel text NOT NULL DEFAULT 'DIRECT' CONSTRAINT account_entered_somehow CHECK (entry_channel IN ('DIRECT', 'REFERRAL', 'PARTNER')),
    ADD COLUMN campaign text NOT NULL DEFAULT '' CONSTRAINT account_campaign_is_short CHECK (length(campaign) <= 64),
    ADD COLUMN upgrade_time timestamptz;
ALTER TABLE onboarding_record ADD COLUMN actor_id uuid;
CREATE FUNCTION entry_stays() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''how an account came to be is written once''; END';
CREATE TRIGGER entry_stays BEFORE UPDATE OF entry_channel, campaign ON account FOR EACH ROW EXECUTE FUNCTION entry_stays();
