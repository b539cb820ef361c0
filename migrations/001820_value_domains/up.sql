-- Lists of words that several tables or several migrations repeated, each in one place. A test compares every domain with
-- the program's own list (tests/it/database/domains.rs). What only one table knows stays a constraint of that table.

CREATE DOMAIN ticket_kind AS text CONSTRAINT ticket_kind_known CHECK (VALUE IN
    ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request'));
CREATE DOMAIN channel AS text CONSTRAINT channel_known CHECK (VALUE IN
    ('web', 'mobile', 'hotline', 'mail', 'counter', 'open311', 'upstream', 'import'));
CREATE DOMAIN language AS text CONSTRAINT language_known CHECK (VALUE IN ('zh-CN', 'zh-Hant', 'en'));
CREATE DOMAIN ticket_state AS text CONSTRAINT ticket_state_known CHECK (VALUE IN
    ('received', 'accepted', 'dispatched', 'in_progress', 'in_review', 'awaiting_citizen', 'on_hold', 'answered', 'closed',
     'declined', 'transferred_out', 'withdrawn', 'merged', 'spam'));
CREATE DOMAIN outcome AS text CONSTRAINT outcome_known CHECK (VALUE IN
    ('resolved', 'partly_resolved', 'explained', 'not_feasible', 'declined', 'transferred_out', 'withdrawn', 'merged', 'no_answer'));
CREATE DOMAIN metric AS text CONSTRAINT metric_known CHECK (VALUE IN
    ('accept', 'sign', 'work_order', 'reply', 'refuse', 'clarification', 'rating', 'correction', 'third_party',
     'review_before_publication', 'consultation_outcome'));
CREATE DOMAIN time_unit AS text CONSTRAINT time_unit_known CHECK (VALUE IN
    ('working_days', 'calendar_days', 'months', 'working_minutes'));
CREATE DOMAIN alarm_level AS text CONSTRAINT alarm_level_known CHECK (VALUE IN ('l0', 'l1', 'l2', 'l3'));
CREATE DOMAIN rules_kind AS text CONSTRAINT rules_kind_known CHECK (VALUE IN ('calendar', 'time_limits'));
CREATE DOMAIN text_origin AS text CONSTRAINT text_origin_known CHECK (VALUE IN ('staff', 'import'));
CREATE DOMAIN measure AS text CONSTRAINT measure_known CHECK (VALUE IN
    ('received', 'answered', 'on_time', 'late', 'closed_otherwise', 'reopened', 'breached'));

ALTER TABLE ticket
    DROP CONSTRAINT ticket_kind_check, ALTER COLUMN kind TYPE ticket_kind,
    DROP CONSTRAINT ticket_channel_check, ALTER COLUMN channel TYPE channel,
    DROP CONSTRAINT ticket_locale_check, ALTER COLUMN locale TYPE language,
    DROP CONSTRAINT ticket_state_check, ALTER COLUMN state TYPE ticket_state,
    -- Fewer states can be come back to.
    ALTER COLUMN resume_state TYPE ticket_state,
    DROP CONSTRAINT ticket_outcome_check, ALTER COLUMN outcome TYPE outcome;
-- A reply knows fewer outcomes than a ticket.
ALTER TABLE reply
    DROP CONSTRAINT reply_origin_check, ALTER COLUMN origin TYPE text_origin,
    ALTER COLUMN outcome TYPE outcome;
ALTER TABLE category
    DROP CONSTRAINT category_kinds_known,
    ADD CONSTRAINT category_kinds_known CHECK (cardinality(kinds) > 0 AND kinds::ticket_kind[] IS NOT NULL);
ALTER TABLE routing_rule
    DROP CONSTRAINT routing_rule_kind_check, ALTER COLUMN kind TYPE ticket_kind,
    DROP CONSTRAINT routing_rule_channel_check, ALTER COLUMN channel TYPE channel;
ALTER TABLE publication DROP CONSTRAINT publication_kind_check, ALTER COLUMN kind TYPE ticket_kind;
ALTER TABLE publication_revision
    DROP CONSTRAINT publication_revision_origin_check, ALTER COLUMN origin TYPE text_origin;
ALTER TABLE statistics_daily
    DROP CONSTRAINT statistics_daily_kind_check, ALTER COLUMN kind TYPE ticket_kind,
    DROP CONSTRAINT statistics_daily_measure_check, ALTER COLUMN measure TYPE measure;
ALTER TABLE statistics_open DROP CONSTRAINT statistics_open_kind_check, ALTER COLUMN kind TYPE ticket_kind;
ALTER TABLE staff DROP CONSTRAINT staff_locale_check, ALTER COLUMN locale TYPE language;
ALTER TABLE clock
    DROP CONSTRAINT clock_metric_check, ALTER COLUMN metric TYPE metric,
    DROP CONSTRAINT clock_unit_check, ALTER COLUMN unit TYPE time_unit,
    DROP CONSTRAINT clock_last_alarm_check, ALTER COLUMN last_alarm TYPE alarm_level;
ALTER TABLE approval DROP CONSTRAINT approval_unit_check, ALTER COLUMN unit TYPE time_unit;
ALTER TABLE alarm
    DROP CONSTRAINT alarm_metric_check, ALTER COLUMN metric TYPE metric,
    DROP CONSTRAINT alarm_level_check, ALTER COLUMN level TYPE alarm_level;
ALTER TABLE rules_version DROP CONSTRAINT rules_version_kind_check, ALTER COLUMN kind TYPE rules_kind;
ALTER TABLE recalculation DROP CONSTRAINT recalculation_kind_check, ALTER COLUMN kind TYPE rules_kind;
