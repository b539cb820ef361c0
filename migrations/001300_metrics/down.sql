-- What the older tables have no place for goes: clocks that measure it, with their pauses, requests for more time and alarms.
SET CONSTRAINTS ALL IMMEDIATE;
CREATE TEMPORARY TABLE newer_clock ON COMMIT DROP AS
    SELECT id FROM clock WHERE metric IN ('correction', 'third_party', 'review_before_publication', 'consultation_outcome');
CREATE TEMPORARY TABLE newer_alarm ON COMMIT DROP AS
    SELECT id FROM alarm WHERE clock_id IN (SELECT id FROM newer_clock)
        OR metric IN ('correction', 'third_party', 'review_before_publication', 'consultation_outcome');
DELETE FROM alarm_snooze WHERE alarm_id IN (SELECT id FROM newer_alarm);
DELETE FROM alarm_notice WHERE alarm_id IN (SELECT id FROM newer_alarm);
UPDATE supervision_order SET alarm_id = NULL WHERE alarm_id IN (SELECT id FROM newer_alarm);
DELETE FROM alarm WHERE id IN (SELECT id FROM newer_alarm);
DELETE FROM approval WHERE clock_id IN (SELECT id FROM newer_clock);
DELETE FROM clock_pause WHERE clock_id IN (SELECT id FROM newer_clock);
DELETE FROM clock WHERE id IN (SELECT id FROM newer_clock);

ALTER TABLE alarm DROP CONSTRAINT alarm_metric_check;
ALTER TABLE alarm ADD CONSTRAINT alarm_metric_check CHECK (metric IN ('accept', 'sign', 'work_order', 'reply', 'refuse',
    'clarification', 'rating'));
ALTER TABLE clock DROP CONSTRAINT clock_metric_check;
ALTER TABLE clock ADD CONSTRAINT clock_metric_check CHECK (metric IN ('accept', 'sign', 'work_order', 'reply', 'refuse',
    'clarification', 'rating'));
