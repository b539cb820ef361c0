ALTER TABLE clock DROP COLUMN anchor_at;
ALTER TABLE clock DROP COLUMN unit;
ALTER TABLE clock RENAME CONSTRAINT clock_extension_check TO clock_extension_working_days_check;
ALTER TABLE clock RENAME COLUMN extension TO extension_working_days;
ALTER TABLE clock RENAME CONSTRAINT clock_amount_check TO clock_working_days_check;
ALTER TABLE clock RENAME COLUMN amount TO working_days;
