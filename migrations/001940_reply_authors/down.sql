ALTER TABLE work_order DROP COLUMN contributed_by;
ALTER TABLE reply ADD COLUMN author_id uuid REFERENCES staff (id);
UPDATE reply SET author_id = author_ids[cardinality(author_ids)] WHERE author_ids <> '{}';
ALTER TABLE reply
    DROP CONSTRAINT reply_author_is_not_reviewer, DROP CONSTRAINT reply_by_staff_has_author, DROP COLUMN author_ids,
    ADD CONSTRAINT reply_author_is_not_reviewer CHECK (author_id <> reviewer_id),
    ADD CONSTRAINT reply_by_staff_has_author CHECK (origin = 'import' OR author_id IS NOT NULL);
