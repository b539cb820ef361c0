DROP INDEX ticket_reopened_often, approval_granted_extension;
DROP TABLE morning_brief, duty, staff_absence, alarm_snooze, alarm_notice;
DROP INDEX alarm_snoozed, alarm_to_raise;
ALTER TABLE alarm
    DROP CONSTRAINT alarm_of_the_leader_does_not_rest,
    DROP COLUMN acknowledge_by, DROP COLUMN raised_at, DROP COLUMN snoozed_until, DROP COLUMN snoozes;
