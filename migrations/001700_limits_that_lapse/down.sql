ALTER TABLE clock DROP CONSTRAINT clock_lapses_unbroken;
