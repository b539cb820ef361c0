-- A clock carries how much was promised and of what. Until now all were in working days.

ALTER TABLE clock RENAME COLUMN working_days TO amount;
ALTER TABLE clock RENAME CONSTRAINT clock_working_days_check TO clock_amount_check;
ALTER TABLE clock RENAME COLUMN extension_working_days TO extension;
ALTER TABLE clock RENAME CONSTRAINT clock_extension_working_days_check TO clock_extension_check;
ALTER TABLE clock ADD COLUMN unit text NOT NULL DEFAULT 'working_days'
    CHECK (unit IN ('working_days', 'calendar_days', 'months', 'working_minutes'));
-- The instant from which minutes count; days and months count from anchor_on alone.
ALTER TABLE clock ADD COLUMN anchor_at timestamptz;
ALTER TABLE clock ADD CONSTRAINT clock_minutes_count_from_an_instant
    CHECK (unit <> 'working_minutes' OR anchor_at IS NOT NULL);
