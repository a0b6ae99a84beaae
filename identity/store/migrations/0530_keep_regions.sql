-- GW-14: the region that an account prefers, and the others that it confirmed to buy in, with spaces between.
ALTER TABLE account
    ADD COLUMN region text NOT NULL DEFAULT '' CONSTRAINT region_is_short CHECK (length(region) <= 32),
    ADD COLUMN confirmed_regions text NOT NULL DEFAULT '' CONSTRAINT confirmed_regions_are_few CHECK (length(confirmed_regions) <= 1055);
