DROP INDEX ticket_merged_into;
ALTER TABLE clock DROP CONSTRAINT clock_takes_over_from_another;
ALTER TABLE clock DROP COLUMN joined_ticket_id;
