-- More time is asked for and granted in the unit in which the promise is counted; until now only the name of the column said
-- what that is. Events that were written before go on naming it working_days.
ALTER TABLE approval RENAME COLUMN working_days TO amount;
ALTER TABLE approval RENAME CONSTRAINT approval_working_days_check TO approval_amount_check;
ALTER TABLE approval ADD COLUMN unit text
    CHECK (unit IN ('working_days', 'calendar_days', 'months', 'working_minutes'));
UPDATE approval SET unit = clock.unit FROM clock WHERE clock.id = approval.clock_id;
ALTER TABLE approval DROP CONSTRAINT approval_extension_is_whole;
ALTER TABLE approval ADD CONSTRAINT approval_extension_is_whole
    CHECK ((kind = 'extension') = (clock_id IS NOT NULL AND amount IS NOT NULL AND unit IS NOT NULL));
