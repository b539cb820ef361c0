-- The ladder, complete: who was told of an alarm and when it was delivered, acknowledging in time, snoozing, absences,
-- duties, and the leader's morning brief.

ALTER TABLE alarm
    -- By when somebody must have taken notice; null: nobody need (the leader's brief), or it has been raised or is snoozed.
    ADD COLUMN acknowledge_by timestamptz,
    -- When the next role up was told, because nobody had taken notice.
    ADD COLUMN raised_at timestamptz,
    -- Until when it rests; null: it does not.
    ADD COLUMN snoozed_until timestamptz,
    -- How often it was snoozed.
    ADD COLUMN snoozes smallint NOT NULL DEFAULT 0 CHECK (snoozes >= 0),
    ADD CONSTRAINT alarm_of_the_leader_does_not_rest CHECK (level <> 'l3' OR (snoozed_until IS NULL AND raised_at IS NULL));
-- Raising what nobody acknowledged: WHERE is_open AND acknowledge_by <= $1 ORDER BY acknowledge_by, id.
CREATE INDEX alarm_to_raise ON alarm (acknowledge_by, id) WHERE is_open AND acknowledge_by IS NOT NULL;
-- Ending snoozes: WHERE is_open AND snoozed_until <= $1 ORDER BY snoozed_until, id.
CREATE INDEX alarm_snoozed ON alarm (snoozed_until, id) WHERE is_open AND snoozed_until IS NOT NULL;

-- Who is told of an alarm, once in each step. The alarm stands for its clock, arming and level (alarm_fires_once), so
-- that the key is: clock, arming, level, step, and the person.
CREATE TABLE alarm_notice (
    alarm_id     uuid        NOT NULL REFERENCES alarm (id),
    step         text        NOT NULL CHECK (step IN ('fired', 'raised', 'snooze_ended')),
    -- Which snooze ended; 0 in the other steps, which are taken once.
    number       smallint    NOT NULL,
    staff_id     uuid        NOT NULL REFERENCES staff (id),
    -- A working hour: at once, or the next working morning.
    deliver_at   timestamptz NOT NULL,
    delivered_at timestamptz,
    -- The mail that told it; null: there was no need any more. No foreign key: messages are forgotten after some weeks.
    message_id   uuid,
    PRIMARY KEY (alarm_id, step, number, staff_id),
    CONSTRAINT alarm_notice_number_is_a_snooze CHECK ((step = 'snooze_ended') = (number > 0)),
    CONSTRAINT alarm_notice_told_when_delivered CHECK (message_id IS NULL OR delivered_at IS NOT NULL)
);
-- Delivery: WHERE delivered_at IS NULL AND deliver_at <= $1 ORDER BY deliver_at, staff_id, alarm_id.
CREATE INDEX alarm_notice_pending ON alarm_notice (deliver_at, staff_id, alarm_id) WHERE delivered_at IS NULL;

-- Every snooze, for the audit.
CREATE TABLE alarm_snooze (
    alarm_id   uuid        NOT NULL REFERENCES alarm (id),
    number     smallint    NOT NULL CHECK (number >= 1),
    staff_id   uuid        NOT NULL REFERENCES staff (id),
    reason     text        NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500),
    snoozed_at timestamptz NOT NULL,
    -- When it is told again.
    ends_at    timestamptz NOT NULL,
    PRIMARY KEY (alarm_id, number),
    CHECK (ends_at > snoozed_at)
);

-- Who is away, and who stands in for them.
CREATE TABLE staff_absence (
    id            uuid        PRIMARY KEY,
    staff_id      uuid        NOT NULL REFERENCES staff (id),
    first_on      date        NOT NULL,
    -- The last day, included.
    last_on       date        NOT NULL,
    -- Null: the others who hold the role suffice.
    substitute_id uuid        REFERENCES staff (id),
    entered_by    uuid        NOT NULL REFERENCES staff (id),
    entered_at    timestamptz NOT NULL,
    CHECK (last_on >= first_on),
    CONSTRAINT staff_absence_substitute_is_another CHECK (substitute_id <> staff_id)
);
-- Who is away on a day: WHERE last_on >= $1 AND first_on <= $1; the list: WHERE last_on >= $1 ORDER BY last_on, id.
CREATE INDEX staff_absence_last ON staff_absence (last_on, id);

-- Who is on duty: told before the roles are asked.
CREATE TABLE duty (
    id            uuid        PRIMARY KEY,
    -- Null: the desk of the whole city.
    department_id integer     REFERENCES department (id),
    staff_id      uuid        NOT NULL REFERENCES staff (id),
    first_on      date        NOT NULL,
    -- The last day, included.
    last_on       date        NOT NULL,
    entered_by    uuid        NOT NULL REFERENCES staff (id),
    entered_at    timestamptz NOT NULL,
    CHECK (last_on >= first_on)
);
-- Who is on duty on a day: WHERE last_on >= $1 AND first_on <= $1; the list: WHERE last_on >= $1 ORDER BY last_on, id.
CREATE INDEX duty_last ON duty (last_on, id);

-- The leader's brief: one a working day, as it was sent.
CREATE TABLE morning_brief (
    brief_on   date        PRIMARY KEY,
    -- What it tells of happened after `since` and up to `until`.
    since      timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    content    jsonb       NOT NULL CHECK (jsonb_typeof(content) = 'object'),
    made_at    timestamptz NOT NULL,
    CHECK (until > since)
);

-- Extensions granted since the last brief: WHERE kind = 'extension' AND status = 'granted' AND decided_at > $1 AND decided_at <= $2.
CREATE INDEX approval_granted_extension ON approval (decided_at) WHERE kind = 'extension' AND status = 'granted';
-- Open tickets reopened for the third time or more: WHERE cycle >= 4 AND due_at IS NOT NULL.
CREATE INDEX ticket_reopened_often ON ticket (id) WHERE cycle >= 4 AND due_at IS NOT NULL;
