DROP INDEX alarm_notice_told;
ALTER TABLE alarm DROP COLUMN kind;
