-- The catalogue: where things are sold, the products, and what of them has prices. Each ledger has it whole, and no row is a company's. Nothing of
-- it changes but that it is retired, and then says since when.
CREATE TABLE region (
    region_id   text        PRIMARY KEY,
    name        text        NOT NULL,
    country     text        NOT NULL,
    create_time timestamptz NOT NULL,
    retire_time timestamptz,
    CONSTRAINT region_is_in_a_country CHECK (length(country) = 2)
);
REVOKE UPDATE, DELETE, TRUNCATE ON region FROM CURRENT_USER;
GRANT UPDATE (retire_time) ON region TO CURRENT_USER;

-- category, subcategory: FOCUS's.
CREATE TABLE product (
    product_id  text        PRIMARY KEY,
    name        text        NOT NULL,
    category    text        NOT NULL,
    subcategory text        NOT NULL,
    publisher   text        NOT NULL,
    create_time timestamptz NOT NULL,
    retire_time timestamptz
);
REVOKE UPDATE, DELETE, TRUNCATE ON product FROM CURRENT_USER;
GRANT UPDATE (retire_time) ON product TO CURRENT_USER;

-- unit: of its prices, as FOCUS writes it.
CREATE TABLE sku (
    sku_id       text        PRIMARY KEY,
    product_id   text        NOT NULL REFERENCES product,
    meter        text        NOT NULL,
    unit         text        NOT NULL,
    tax_category text        NOT NULL,
    create_time  timestamptz NOT NULL,
    retire_time  timestamptz
);
REVOKE UPDATE, DELETE, TRUNCATE ON sku FROM CURRENT_USER;
GRANT UPDATE (retire_time) ON sku TO CURRENT_USER;
