DELETE FROM statistics_daily WHERE measure = 'breached';
ALTER TABLE statistics_daily DROP CONSTRAINT statistics_daily_measure_check;
ALTER TABLE statistics_daily ADD CONSTRAINT statistics_daily_measure_check
    CHECK (measure IN ('received', 'answered', 'on_time', 'late', 'closed_otherwise', 'reopened'));
