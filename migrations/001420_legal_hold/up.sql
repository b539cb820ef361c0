-- A ticket on legal hold: its matter is before a court or another authority, and its promises wait.

ALTER TABLE ticket DROP CONSTRAINT ticket_state_check;
ALTER TABLE ticket ADD CONSTRAINT ticket_state_check CHECK (state IN ('received', 'accepted', 'dispatched', 'in_progress',
    'in_review', 'awaiting_citizen', 'on_hold', 'answered', 'closed', 'declined', 'transferred_out', 'withdrawn', 'merged', 'spam'));
ALTER TABLE ticket DROP CONSTRAINT ticket_resume_state_check;
ALTER TABLE ticket ADD CONSTRAINT ticket_resume_state_check
    CHECK (resume_state IN ('received', 'accepted', 'dispatched', 'in_progress', 'in_review'));
ALTER TABLE ticket DROP CONSTRAINT ticket_aside_knows_its_way_back;
ALTER TABLE ticket ADD CONSTRAINT ticket_aside_knows_its_way_back
    CHECK ((state IN ('awaiting_citizen', 'on_hold', 'spam')) = (resume_state IS NOT NULL));
-- Invariant 1: these states if and only if there is an open lead work order; an aside keeps it.
ALTER TABLE ticket DROP CONSTRAINT ticket_lead_matches_state;
ALTER TABLE ticket ADD CONSTRAINT ticket_lead_matches_state CHECK (
    (state IN ('dispatched', 'in_progress', 'in_review')
        OR (state IN ('awaiting_citizen', 'on_hold') AND resume_state IN ('dispatched', 'in_progress', 'in_review')))
    = (lead_work_order_id IS NOT NULL));
-- Invariant 2: an open ticket has a citizen clock, any other has none.
ALTER TABLE ticket DROP CONSTRAINT ticket_clock_matches_state;
ALTER TABLE ticket ADD CONSTRAINT ticket_clock_matches_state CHECK (
    (state IN ('received', 'accepted', 'dispatched', 'in_progress', 'in_review', 'awaiting_citizen', 'on_hold'))
    = (citizen_clock_id IS NOT NULL));
