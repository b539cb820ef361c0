ALTER TABLE recalculation
    ALTER COLUMN kind TYPE text, ADD CONSTRAINT recalculation_kind_check CHECK (kind IN ('calendar', 'time_limits'));
ALTER TABLE rules_version
    ALTER COLUMN kind TYPE text, ADD CONSTRAINT rules_version_kind_check CHECK (kind IN ('calendar', 'time_limits'));
ALTER TABLE alarm
    ALTER COLUMN metric TYPE text,
    ADD CONSTRAINT alarm_metric_check CHECK (metric IN ('accept', 'sign', 'work_order', 'reply', 'refuse',
        'clarification', 'rating', 'correction', 'third_party', 'review_before_publication', 'consultation_outcome')),
    ALTER COLUMN level TYPE text,
    ADD CONSTRAINT alarm_level_check CHECK (level IN ('l0', 'l1', 'l2', 'l3'));
ALTER TABLE approval
    ALTER COLUMN unit TYPE text,
    ADD CONSTRAINT approval_unit_check CHECK (unit IN ('working_days', 'calendar_days', 'months', 'working_minutes'));
ALTER TABLE clock
    ALTER COLUMN metric TYPE text,
    ADD CONSTRAINT clock_metric_check CHECK (metric IN ('accept', 'sign', 'work_order', 'reply', 'refuse',
        'clarification', 'rating', 'correction', 'third_party', 'review_before_publication', 'consultation_outcome')),
    ALTER COLUMN unit TYPE text,
    ADD CONSTRAINT clock_unit_check CHECK (unit IN ('working_days', 'calendar_days', 'months', 'working_minutes')),
    ALTER COLUMN last_alarm TYPE text,
    ADD CONSTRAINT clock_last_alarm_check CHECK (last_alarm IN ('l0', 'l1', 'l2', 'l3'));
ALTER TABLE staff
    ALTER COLUMN locale TYPE text, ADD CONSTRAINT staff_locale_check CHECK (locale IN ('zh-CN', 'en', 'zh-Hant'));
ALTER TABLE statistics_open
    ALTER COLUMN kind TYPE text,
    ADD CONSTRAINT statistics_open_kind_check CHECK (kind IN ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request'));
ALTER TABLE statistics_daily
    ALTER COLUMN kind TYPE text,
    ADD CONSTRAINT statistics_daily_kind_check CHECK (kind IN ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request')),
    ALTER COLUMN measure TYPE text,
    ADD CONSTRAINT statistics_daily_measure_check
        CHECK (measure IN ('received', 'answered', 'on_time', 'late', 'closed_otherwise', 'reopened', 'breached'));
ALTER TABLE publication_revision
    ALTER COLUMN origin TYPE text, ADD CONSTRAINT publication_revision_origin_check CHECK (origin IN ('staff', 'import'));
ALTER TABLE publication
    ALTER COLUMN kind TYPE text,
    ADD CONSTRAINT publication_kind_check CHECK (kind IN ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request'));
ALTER TABLE routing_rule
    ALTER COLUMN kind TYPE text,
    ADD CONSTRAINT routing_rule_kind_check CHECK (kind IN ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request')),
    ALTER COLUMN channel TYPE text,
    ADD CONSTRAINT routing_rule_channel_check CHECK (channel IN ('web', 'mobile', 'hotline', 'mail', 'counter', 'open311', 'upstream', 'import'));
ALTER TABLE category
    DROP CONSTRAINT category_kinds_known,
    ADD CONSTRAINT category_kinds_known CHECK (cardinality(kinds) > 0
        AND kinds <@ ARRAY['mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request']);
ALTER TABLE reply
    ALTER COLUMN origin TYPE text, ADD CONSTRAINT reply_origin_check CHECK (origin IN ('staff', 'import')),
    ALTER COLUMN outcome TYPE text;
ALTER TABLE ticket
    ALTER COLUMN kind TYPE text,
    ADD CONSTRAINT ticket_kind_check CHECK (kind IN ('mayor_letter', 'inquiry', 'complaint', 'suggestion', 'error_report', 'information_request')),
    ALTER COLUMN channel TYPE text,
    ADD CONSTRAINT ticket_channel_check CHECK (channel IN ('web', 'mobile', 'hotline', 'mail', 'counter', 'open311', 'upstream', 'import')),
    ALTER COLUMN locale TYPE text,
    ADD CONSTRAINT ticket_locale_check CHECK (locale IN ('zh-CN', 'zh-Hant', 'en')),
    ALTER COLUMN state TYPE text,
    ADD CONSTRAINT ticket_state_check CHECK (state IN ('received', 'accepted', 'dispatched', 'in_progress', 'in_review',
        'awaiting_citizen', 'on_hold', 'answered', 'closed', 'declined', 'transferred_out', 'withdrawn', 'merged', 'spam')),
    ALTER COLUMN resume_state TYPE text,
    ALTER COLUMN outcome TYPE text,
    ADD CONSTRAINT ticket_outcome_check CHECK (outcome IN ('resolved', 'partly_resolved', 'explained', 'not_feasible',
        'declined', 'transferred_out', 'withdrawn', 'merged', 'no_answer'));
DROP DOMAIN measure, text_origin, rules_kind, alarm_level, time_unit, metric, outcome, ticket_state, language, channel, ticket_kind;
