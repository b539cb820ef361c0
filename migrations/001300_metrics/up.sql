-- More of what a clock may measure: information requests, publications, public consultations.

ALTER TABLE clock DROP CONSTRAINT clock_metric_check;
ALTER TABLE clock ADD CONSTRAINT clock_metric_check CHECK (metric IN ('accept', 'sign', 'work_order', 'reply', 'refuse',
    'clarification', 'rating', 'correction', 'third_party', 'review_before_publication', 'consultation_outcome'));
ALTER TABLE alarm DROP CONSTRAINT alarm_metric_check;
ALTER TABLE alarm ADD CONSTRAINT alarm_metric_check CHECK (metric IN ('accept', 'sign', 'work_order', 'reply', 'refuse',
    'clarification', 'rating', 'correction', 'third_party', 'review_before_publication', 'consultation_outcome'));
