DROP INDEX ticket_open_priority;
ALTER TABLE ticket DROP COLUMN category_at_receipt;
ALTER TABLE ticket DROP COLUMN priority;
