-- Indexes that no query uses: nobody looks tickets up by who wrote, lists all proposals that wait, or reads who looked at
-- personal data.
DROP INDEX submitter_phone, submitter_mail, approval_pending, submitter_access_ticket;
