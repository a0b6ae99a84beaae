-- Who leaves takes the keys along that it made, in whatever account (ID-27).
CREATE INDEX key_of_maker ON program_key (made_by) WHERE made_by IS NOT NULL;
