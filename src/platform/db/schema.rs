//! The tables as diesel sees them; the migrations are the truth.
#![allow(missing_docs)]

diesel::table! {
    outbox_message (id) {
        id -> Uuid,
        topic -> Text,
        ticket_id -> Nullable<Uuid>,
        payload -> Jsonb,
        created_at -> Timestamptz,
        available_at -> Timestamptz,
        attempts -> SmallInt,
        lease_token -> Nullable<Uuid>,
        leased_until -> Nullable<Timestamptz>,
        status -> Text,
        done_at -> Nullable<Timestamptz>,
        last_error_code -> Nullable<Text>,
    }
}

diesel::table! {
    job_slot (job, slot) {
        job -> Text,
        slot -> Timestamptz,
        holder -> Uuid,
        started_at -> Timestamptz,
        heartbeat_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    district (code) {
        code -> Text,
        parent_code -> Nullable<Text>,
        name -> Text,
        name_en -> Text,
    }
}

diesel::table! {
    department (id) {
        id -> Integer,
        code -> Text,
        parent_id -> Nullable<Integer>,
        name -> Text,
        name_en -> Text,
        aliases -> Array<Text>,
        district_code -> Nullable<Text>,
        successor_id -> Nullable<Integer>,
        is_active -> Bool,
        is_dispatchable -> Bool,
        version -> Integer,
    }
}

diesel::table! {
    category (id) {
        id -> Integer,
        code -> Text,
        parent_id -> Nullable<Integer>,
        name -> Text,
        name_en -> Text,
        kinds -> Array<Text>,
        form -> Jsonb,
        default_department_id -> Nullable<Integer>,
        is_active -> Bool,
        version -> Integer,
    }
}

diesel::table! {
    directory_version (is_the_only_row) {
        is_the_only_row -> Bool,
        value -> BigInt,
    }
}

diesel::table! {
    idempotency (scope) {
        scope -> Binary,
        request_digest -> Binary,
        response -> Binary,
        created_at -> Timestamptz,
    }
}
