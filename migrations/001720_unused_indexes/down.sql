-- The same submitter by phone (merge, caller card).
CREATE INDEX submitter_phone ON submitter (phone_index) WHERE phone_index IS NOT NULL;
-- The same submitter by mail address.
CREATE INDEX submitter_mail ON submitter (mail_index) WHERE mail_index IS NOT NULL;
-- What waits for a decision, oldest first.
CREATE INDEX approval_pending ON approval (requested_at, id) WHERE status = 'pending';
-- The accesses to one ticket's submitter.
CREATE INDEX submitter_access_ticket ON submitter_access (ticket_id, accessed_at);
