ALTER TABLE approval DROP CONSTRAINT approval_extension_is_whole;
ALTER TABLE approval DROP COLUMN unit;
ALTER TABLE approval RENAME CONSTRAINT approval_amount_check TO approval_working_days_check;
ALTER TABLE approval RENAME COLUMN amount TO working_days;
ALTER TABLE approval ADD CONSTRAINT approval_extension_is_whole
    CHECK ((kind = 'extension') = (clock_id IS NOT NULL AND working_days IS NOT NULL));
