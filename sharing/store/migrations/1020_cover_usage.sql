-- What an asset covers in an hour (D.9, SHR-20): micros of the currency of a savings plan, units of the others; and of which skus.
-- origin_company_id: where it was registered, when that is not where it is; its hours stay there.
ALTER TABLE asset ADD COLUMN hourly_micros bigint NOT NULL DEFAULT 0;
ALTER TABLE asset ADD COLUMN rates text[] NOT NULL DEFAULT '{}';
ALTER TABLE asset ADD COLUMN origin_company_id uuid;
CREATE INDEX asset_with_figures ON asset (company_id, expire_time) WHERE hourly_micros > 0;

-- How much of an asset's hour is used. company_id: where the asset was registered.
CREATE TABLE asset_hour (
    company_id uuid NOT NULL,
    asset_id uuid NOT NULL,
    hour_time timestamptz NOT NULL,
    used_micros bigint NOT NULL,
    PRIMARY KEY (company_id, asset_id, hour_time),
    CONSTRAINT asset_hour_uses_no_less_than_nothing CHECK (used_micros >= 0)
);

-- Usage that was asked about, and what covers it. company_id: under which the account was opened, for ever.
CREATE TABLE usage_piece (
    company_id uuid NOT NULL,
    piece_id uuid NOT NULL,
    account_id uuid NOT NULL,
    hour_time timestamptz NOT NULL,
    usage_time timestamptz NOT NULL,
    sku text NOT NULL,
    product text NOT NULL,
    bill_type text NOT NULL,
    region text NOT NULL,
    quantity_micros bigint NOT NULL,
    list_price_nano bigint NOT NULL,
    currency text NOT NULL,
    PRIMARY KEY (company_id, piece_id)
);
CREATE INDEX usage_piece_by_hour ON usage_piece (company_id, account_id, hour_time) WHERE hour_time IS NOT NULL;

CREATE TABLE coverage (
    company_id uuid NOT NULL,
    piece_id uuid NOT NULL,
    place bigint NOT NULL,
    asset_id uuid NOT NULL,
    kind bigint NOT NULL,
    quantity_micros bigint NOT NULL,
    used_micros bigint NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (company_id, piece_id, place),
    FOREIGN KEY (company_id, piece_id) REFERENCES usage_piece (company_id, piece_id)
);
