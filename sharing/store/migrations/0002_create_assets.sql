-- What can be shared (SHR-01), coupon pools (SHR-13 to SHR-16), and who shares what with whom.
CREATE TABLE coupon_pool (
    company_id uuid NOT NULL,
    pool_id uuid NOT NULL,
    account_id uuid NOT NULL,
    target bigint NOT NULL,
    currency text NOT NULL,
    total_micros bigint NOT NULL,
    remaining_micros bigint NOT NULL,
    products text[] NOT NULL,
    bill_types text[] NOT NULL,
    expire_time timestamptz NOT NULL,
    created_time timestamptz NOT NULL,
    PRIMARY KEY (company_id, pool_id),
    CONSTRAINT coupon_pool_pays_no_more_than_it_has CHECK (remaining_micros BETWEEN 0 AND total_micros),
    FOREIGN KEY (company_id, account_id) REFERENCES account (company_id, account_id)
);
CREATE INDEX coupon_pool_by_account ON coupon_pool (company_id, account_id, pool_id);

CREATE TABLE asset (
    company_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    owner_account_id uuid NOT NULL,
    kind bigint NOT NULL,
    name text NOT NULL,
    products text[] NOT NULL,
    bill_types text[] NOT NULL,
    pool_id uuid,
    currency text NOT NULL,
    face_micros bigint NOT NULL,
    remaining_micros bigint NOT NULL,
    provisioned_time timestamptz NOT NULL,
    expire_time timestamptz NOT NULL,
    revoked_time timestamptz,
    PRIMARY KEY (company_id, asset_id),
    CONSTRAINT asset_has_no_more_left_than_its_face CHECK (remaining_micros BETWEEN 0 AND face_micros),
    CONSTRAINT asset_revoked_has_nothing_left CHECK (revoked_time IS NULL OR remaining_micros = 0),
    FOREIGN KEY (company_id, owner_account_id) REFERENCES account (company_id, account_id),
    FOREIGN KEY (company_id, pool_id) REFERENCES coupon_pool (company_id, pool_id)
);
CREATE INDEX asset_by_owner ON asset (company_id, owner_account_id, asset_id);

CREATE TABLE organization (
    company_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    created_time timestamptz NOT NULL,
    PRIMARY KEY (company_id, organization_id),
    FOREIGN KEY (company_id, account_id) REFERENCES account (company_id, account_id)
);

CREATE TABLE organization_member (
    company_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    account_id uuid NOT NULL,
    joined_time timestamptz NOT NULL,
    PRIMARY KEY (company_id, organization_id, account_id),
    FOREIGN KEY (company_id, organization_id) REFERENCES organization (company_id, organization_id),
    FOREIGN KEY (company_id, account_id) REFERENCES account (company_id, account_id)
);

-- An asset shared with an organization: joiners follow it.
CREATE TABLE organization_share (
    company_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    saved_time timestamptz NOT NULL,
    PRIMARY KEY (company_id, organization_id, asset_id),
    FOREIGN KEY (company_id, organization_id) REFERENCES organization (company_id, organization_id),
    FOREIGN KEY (company_id, asset_id) REFERENCES asset (company_id, asset_id)
);

-- One row for each time that an account had a share of an asset; organization_id is the nil id when it was shared directly.
CREATE TABLE share (
    company_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    share_id uuid NOT NULL,
    active_from_time timestamptz NOT NULL,
    ended_time timestamptz,
    PRIMARY KEY (company_id, asset_id, account_id, share_id),
    FOREIGN KEY (company_id, asset_id) REFERENCES asset (company_id, asset_id),
    FOREIGN KEY (company_id, account_id) REFERENCES account (company_id, account_id)
);
CREATE UNIQUE INDEX share_once_at_a_time ON share (company_id, asset_id, account_id, organization_id) WHERE ended_time IS NULL;

-- SHR-07: what the owner's new assets of a kind are shared with; organization_id is the nil id when there is none.
CREATE TABLE automatic_rule (
    company_id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind bigint NOT NULL,
    recipient_account_ids uuid[] NOT NULL,
    organization_id uuid NOT NULL,
    saved_time timestamptz NOT NULL,
    PRIMARY KEY (company_id, account_id, kind),
    FOREIGN KEY (company_id, account_id) REFERENCES account (company_id, account_id)
);
