-- Everybody who wrote a reply, changed its text or handed it to the reviewer is its author, the last one last; so is whoever
-- delivered an assisting department's part of it. Until now only the last hand laid on the text was remembered.
ALTER TABLE reply ADD COLUMN author_ids uuid[] NOT NULL DEFAULT '{}';
UPDATE reply SET author_ids = ARRAY[author_id] WHERE author_id IS NOT NULL;
-- Who handed final replies in stands in the histories. Whoever reviewed one then stays its reviewer.
UPDATE reply SET author_ids = submitted.staff_ids || author_ids
    FROM (SELECT r.id, array_agg(DISTINCT e.actor_id::uuid) AS staff_ids
          FROM reply r JOIN ticket_event e ON e.ticket_id = r.ticket_id AND e.kind = 'reply_submitted'
              AND e.actor_kind = 'staff' AND e.data ->> 'reply_id' = r.id::text
          WHERE e.actor_id::uuid <> r.author_id AND e.actor_id::uuid IS DISTINCT FROM r.reviewer_id
          GROUP BY r.id) AS submitted
    WHERE submitted.id = reply.id;
ALTER TABLE reply
    DROP CONSTRAINT reply_author_is_not_reviewer, DROP CONSTRAINT reply_by_staff_has_author, DROP COLUMN author_id,
    -- Invariant 6: author ≠ reviewer.
    ADD CONSTRAINT reply_author_is_not_reviewer CHECK (NOT (reviewer_id = ANY (author_ids))),
    ADD CONSTRAINT reply_by_staff_has_author CHECK (origin = 'import' OR author_ids <> '{}');

ALTER TABLE work_order ADD COLUMN contributed_by uuid REFERENCES staff (id);
UPDATE work_order SET contributed_by = finished.staff_id
    FROM (SELECT DISTINCT ON (w.id) w.id, e.actor_id::uuid AS staff_id
          FROM work_order w JOIN department d ON d.id = w.department_id
              JOIN ticket_event e ON e.ticket_id = w.ticket_id AND e.kind = 'assist_finished' AND e.actor_kind = 'staff'
                  AND e.data ->> 'department' = d.code AND e.occurred_at = w.ended_at
          WHERE w.contribution IS NOT NULL ORDER BY w.id, e.sequence) AS finished
    WHERE finished.id = work_order.id;
