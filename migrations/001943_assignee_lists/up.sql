-- For the letters that somebody handles.
CREATE INDEX work_order_assignee_open ON work_order (assignee_id)
    WHERE assignee_id IS NOT NULL AND status IN ('issued', 'signed', 'replied', 'returned');
