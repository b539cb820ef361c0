-- A duty is that of those who work on the letters, told of reminders and due alarms, or that of the supervisors, told of
-- what is overdue.
ALTER TABLE duty ADD COLUMN post text NOT NULL DEFAULT 'work' CHECK (post IN ('work', 'supervision'));
ALTER TABLE duty ALTER COLUMN post DROP DEFAULT;
