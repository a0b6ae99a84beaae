-- Whether a person made the program that froze, or a key of it (c-13); a person who froze was made by nobody.
-- in: freezer_id id, person_id id
-- out: made bool
SELECT EXISTS (SELECT FROM program WHERE principal_id = :freezer_id AND (made_by = :person_id) IS TRUE) -- not for an index
    OR EXISTS (SELECT FROM program_key WHERE principal_id = :freezer_id AND (made_by = :person_id) IS TRUE) AS made
