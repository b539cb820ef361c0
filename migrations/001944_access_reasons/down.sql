DROP INDEX submitter_access_newest, submitter_access_staff, submitter_access_ticket;
ALTER TABLE submitter_access DROP COLUMN reason;
