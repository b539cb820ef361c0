//! Versions of calendars and time limits, and the moves between them.

diesel::table! {
    rules_version (kind, code, version) {
        kind -> Text,
        code -> Text,
        version -> Integer,
        document -> Text,
        digest -> Binary,
        source_title -> Nullable<Text>,
        last_official_on -> Nullable<Date>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    rules_in_force (kind, code) {
        kind -> Text,
        code -> Text,
        version -> Integer,
        since -> Timestamptz,
    }
}

diesel::table! {
    rules_change (is_the_only_row) {
        is_the_only_row -> Bool,
        value -> BigInt,
    }
}

diesel::table! {
    recalculation (id) {
        id -> Uuid,
        kind -> Text,
        code -> Text,
        version -> Integer,
        from_version -> Integer,
        status -> Text,
        plan -> Jsonb,
        progress -> Jsonb,
        proposed_by -> Uuid,
        proposed_at -> Timestamptz,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        cursor -> Nullable<Uuid>,
        pass_started_at -> Nullable<Timestamptz>,
        has_skipped -> Bool,
        revision -> Integer,
    }
}
