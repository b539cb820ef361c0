-- When tickets are joined, the root keeps the earliest promise.

-- The ticket whose promise this clock took over, once it was joined to the clock's own.
ALTER TABLE clock ADD COLUMN joined_ticket_id uuid REFERENCES ticket (id);
ALTER TABLE clock ADD CONSTRAINT clock_takes_over_from_another CHECK (joined_ticket_id <> ticket_id);

-- What was joined to a ticket: WHERE merged_into = $1, when the ticket starts a promise.
CREATE INDEX ticket_merged_into ON ticket (merged_into) WHERE merged_into IS NOT NULL;
