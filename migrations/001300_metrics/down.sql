ALTER TABLE alarm DROP CONSTRAINT alarm_metric_check;
ALTER TABLE alarm ADD CONSTRAINT alarm_metric_check CHECK (metric IN ('accept', 'sign', 'work_order', 'reply', 'refuse',
    'clarification', 'rating'));
ALTER TABLE clock DROP CONSTRAINT clock_metric_check;
ALTER TABLE clock ADD CONSTRAINT clock_metric_check CHECK (metric IN ('accept', 'sign', 'work_order', 'reply', 'refuse',
    'clarification', 'rating'));
