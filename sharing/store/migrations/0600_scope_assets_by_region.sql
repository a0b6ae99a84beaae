-- ID-29: the regions that an asset covers; none: every region.
ALTER TABLE asset ADD COLUMN regions text[] NOT NULL DEFAULT '{}';
