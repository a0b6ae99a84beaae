-- ID-42: what each entry channel demands. Steps stand with spaces between; a channel without a row has what is built in.
CREATE TABLE channel_policy (
    channel       text PRIMARY KEY CHECK (channel IN ('DIRECT', 'REFERRAL', 'PARTNER', 'UPGRADE')),
    features      text NOT NULL,
    provisioning  text NOT NULL,
    trial_code    text NOT NULL,
    set_by        uuid NOT NULL REFERENCES principal,
    set_time      timestamptz NOT NULL
);
ALTER TABLE promotion ADD COLUMN trial boolean NOT NULL DEFAULT false;
