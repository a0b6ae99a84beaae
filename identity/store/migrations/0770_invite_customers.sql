-- ID-21: a partner invites somebody who has no account yet, on terms that are agreed to before there is one. Of the token that was sent last a hash
-- is kept; accepted, it waits until it is verified who stands behind the account, and becomes a relation with its id.
CREATE TABLE customer_invitation (
    invitation_id     uuid PRIMARY KEY,
    agent_account_id  uuid NOT NULL REFERENCES account,
    channel           text NOT NULL,
    contact_sealed    bytea NOT NULL,
    contact_index     bytea NOT NULL,
    permissions       text NOT NULL,
    settlement_mode   text NOT NULL,
    price_book        text NOT NULL,
    invoice_recipient text NOT NULL,
    shutdown_policy   text NOT NULL,
    agent_purchases   boolean NOT NULL,
    offer_hash        text NOT NULL,
    invited_by        uuid NOT NULL REFERENCES principal,
    create_time       timestamptz NOT NULL,
    token_hash        bytea NOT NULL,
    message_id        uuid NOT NULL,
    send_time         timestamptz NOT NULL,
    resends           bigint NOT NULL DEFAULT 0,
    open_time         timestamptz,
    accept_time       timestamptz,
    account_id        uuid REFERENCES account,
    accepted_by       uuid REFERENCES principal,
    next_time         timestamptz,
    associate_time    timestamptz,
    decline_time      timestamptz,
    cancel_time       timestamptz,
    CONSTRAINT customer_is_invited_by_a_channel CHECK (channel IN ('EMAIL', 'PHONE')),
    CONSTRAINT invitation_is_accepted_for_an_account CHECK ((accept_time IS NULL) = (account_id IS NULL)
        AND (accept_time IS NULL) = (accepted_by IS NULL)),
    CONSTRAINT invitation_associates_whom_it_was_accepted_for CHECK (associate_time IS NULL OR accept_time IS NOT NULL)
);
CREATE INDEX customer_invitation_of_agent ON customer_invitation (agent_account_id, invitation_id)
    WHERE agent_account_id IS NOT NULL AND invitation_id IS NOT NULL;
CREATE INDEX customer_invited_on_a_day ON customer_invitation (agent_account_id, create_time) WHERE agent_account_id IS NOT NULL;
CREATE INDEX customer_invitation_of_contact ON customer_invitation (contact_index, create_time) WHERE contact_index IS NOT NULL;
CREATE INDEX customer_invitation_that_waits ON customer_invitation (next_time)
    WHERE accept_time IS NOT NULL AND associate_time IS NULL AND decline_time IS NULL AND cancel_time IS NULL;
CREATE INDEX customer_invitation_by_age ON customer_invitation (send_time);
