-- What the inspection sentinel asks, each question answered by the first entry of an index.

-- The oldest letter without an answer: WHERE due_at IS NOT NULL ORDER BY received_at LIMIT 1.
CREATE INDEX ticket_open_received ON ticket (received_at) WHERE due_at IS NOT NULL;
-- The same among error reports: WHERE kind = 'error_report' AND due_at IS NOT NULL ORDER BY received_at LIMIT 1.
CREATE INDEX ticket_open_error_report ON ticket (received_at) WHERE kind = 'error_report' AND due_at IS NOT NULL;
-- The last publication: ORDER BY published_at DESC LIMIT 1.
CREATE INDEX published_entry_published ON published_entry (published_at);
