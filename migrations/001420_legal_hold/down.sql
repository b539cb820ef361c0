-- A ticket on hold goes back to where it was; its clocks stay paused until somebody looks at them.
UPDATE ticket SET state = resume_state, resume_state = NULL WHERE state = 'on_hold';
ALTER TABLE ticket DROP CONSTRAINT ticket_clock_matches_state;
ALTER TABLE ticket ADD CONSTRAINT ticket_clock_matches_state CHECK (
    (state IN ('received', 'accepted', 'dispatched', 'in_progress', 'in_review', 'awaiting_citizen'))
    = (citizen_clock_id IS NOT NULL));
ALTER TABLE ticket DROP CONSTRAINT ticket_lead_matches_state;
ALTER TABLE ticket ADD CONSTRAINT ticket_lead_matches_state CHECK (
    (state IN ('dispatched', 'in_progress', 'in_review') OR (state = 'awaiting_citizen' AND resume_state = 'in_progress'))
    = (lead_work_order_id IS NOT NULL));
ALTER TABLE ticket DROP CONSTRAINT ticket_aside_knows_its_way_back;
ALTER TABLE ticket ADD CONSTRAINT ticket_aside_knows_its_way_back
    CHECK ((state IN ('awaiting_citizen', 'spam')) = (resume_state IS NOT NULL));
ALTER TABLE ticket DROP CONSTRAINT ticket_resume_state_check;
ALTER TABLE ticket ADD CONSTRAINT ticket_resume_state_check CHECK (resume_state IN ('received', 'accepted', 'in_progress'));
ALTER TABLE ticket DROP CONSTRAINT ticket_state_check;
ALTER TABLE ticket ADD CONSTRAINT ticket_state_check CHECK (state IN ('received', 'accepted', 'dispatched', 'in_progress',
    'in_review', 'awaiting_citizen', 'answered', 'closed', 'declined', 'transferred_out', 'withdrawn', 'merged', 'spam'));
