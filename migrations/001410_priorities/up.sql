-- How urgent a ticket is, as the desk judges it; and what it was about when its citizen was told a day.

ALTER TABLE ticket ADD COLUMN priority text NOT NULL DEFAULT 'normal' CHECK (priority IN ('normal', 'urgent', 'critical'));
-- Null: the category is that of the receipt.
ALTER TABLE ticket ADD COLUMN category_at_receipt integer REFERENCES category (id);

-- The open tickets of one priority, soonest due first. Nearly all are normal: those are found by ticket_open_due.
CREATE INDEX ticket_open_priority ON ticket (priority, due_at, id) WHERE due_at IS NOT NULL AND priority <> 'normal';
