-- A hand-over in whose place another one comes was cancelled, or had lapsed before.
ALTER TABLE hand_over DROP CONSTRAINT hand_over_ends_somehow,
    ADD CONSTRAINT hand_over_ends_somehow CHECK ((end_time IS NULL) = (outcome IS NULL) AND outcome IN ('DONE', 'CANCELLED')
        OR (end_time IS NOT NULL AND outcome = 'LAPSED'));
