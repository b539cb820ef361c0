-- Why somebody looked at the submitter; nobody was asked before.
ALTER TABLE submitter_access ADD COLUMN reason text;
-- Auditors read it from the newest on: all of it, somebody's, a ticket's.
CREATE INDEX submitter_access_newest ON submitter_access (accessed_at, id);
CREATE INDEX submitter_access_staff ON submitter_access (staff_id, accessed_at, id);
CREATE INDEX submitter_access_ticket ON submitter_access (ticket_id, accessed_at, id);
