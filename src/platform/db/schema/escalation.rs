//! Alarms, who is told of them, and the sweep.

diesel::table! {
    alarm (id) {
        id -> Uuid,
        clock_id -> Uuid,
        ticket_id -> Uuid,
        reference -> Text,
        metric -> Text,
        arming -> SmallInt,
        level -> Text,
        due_on -> Date,
        fire_at -> Timestamptz,
        fired_at -> Timestamptz,
        is_absorbed -> Bool,
        department_id -> Nullable<Integer>,
        acknowledged_at -> Nullable<Timestamptz>,
        acknowledged_by -> Nullable<Uuid>,
        is_open -> Bool,
        version -> Integer,
        acknowledge_by -> Nullable<Timestamptz>,
        raised_at -> Nullable<Timestamptz>,
        snoozed_until -> Nullable<Timestamptz>,
        snoozes -> SmallInt,
        kind -> Text,
    }
}

diesel::table! {
    alarm_notice (alarm_id, step, number, staff_id) {
        alarm_id -> Uuid,
        step -> Text,
        number -> SmallInt,
        staff_id -> Uuid,
        deliver_at -> Timestamptz,
        delivered_at -> Nullable<Timestamptz>,
        message_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    alarm_snooze (alarm_id, number) {
        alarm_id -> Uuid,
        number -> SmallInt,
        staff_id -> Uuid,
        reason -> Text,
        snoozed_at -> Timestamptz,
        ends_at -> Timestamptz,
    }
}

diesel::table! {
    staff_absence (id) {
        id -> Uuid,
        staff_id -> Uuid,
        first_on -> Date,
        last_on -> Date,
        substitute_id -> Nullable<Uuid>,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
    }
}

diesel::table! {
    duty (id) {
        id -> Uuid,
        post -> Text,
        department_id -> Nullable<Integer>,
        staff_id -> Uuid,
        first_on -> Date,
        last_on -> Date,
        entered_by -> Uuid,
        entered_at -> Timestamptz,
    }
}

diesel::table! {
    supervision_order (id) {
        id -> Uuid,
        ticket_id -> Uuid,
        reference -> Text,
        department_id -> Integer,
        status -> Text,
        alarm_id -> Nullable<Uuid>,
        instruction -> Nullable<Text>,
        due_on -> Nullable<Date>,
        due_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        issued_by -> Nullable<Uuid>,
        issued_at -> Nullable<Timestamptz>,
        acknowledged_by -> Nullable<Uuid>,
        acknowledged_at -> Nullable<Timestamptz>,
        feedback -> Nullable<Text>,
        answered_by -> Nullable<Uuid>,
        answered_at -> Nullable<Timestamptz>,
        times_returned -> SmallInt,
        remark -> Nullable<Text>,
        ended_by -> Nullable<Uuid>,
        ended_at -> Nullable<Timestamptz>,
        last_alarm -> Nullable<Text>,
        next_alarm_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    sweep_state (id) {
        id -> Bool,
        is_paused -> Bool,
        minute_at -> Nullable<Timestamptz>,
        minute_alarms -> Integer,
        confirmed_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sweep_action (id) {
        id -> Uuid,
        action -> Text,
        staff_id -> Nullable<Uuid>,
        reason -> Text,
        taken_at -> Timestamptz,
    }
}

diesel::table! {
    sweep_canary (id) {
        id -> Bool,
        due_at -> Nullable<Timestamptz>,
        fired_at -> Nullable<Timestamptz>,
        fired -> BigInt,
    }
}

diesel::table! {
    morning_brief (brief_on) {
        brief_on -> Date,
        since -> Timestamptz,
        until -> Timestamptz,
        content -> Jsonb,
        made_at -> Timestamptz,
    }
}
