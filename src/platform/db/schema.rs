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

diesel::table! {
    staff (id) {
        id -> Uuid,
        username -> Text,
        display_name -> Text,
        mail -> Nullable<Text>,
        locale -> Text,
        department_id -> Nullable<Integer>,
        is_administrator -> Bool,
        password_hash -> Nullable<Text>,
        failed_logins -> Integer,
        locked_until -> Nullable<Timestamptz>,
        disabled_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    staff_grant (id) {
        id -> Uuid,
        staff_id -> Uuid,
        role -> Text,
        department_id -> Nullable<Integer>,
        granted_by -> Nullable<Uuid>,
        granted_at -> Timestamptz,
    }
}

diesel::table! {
    session (id) {
        id -> Uuid,
        staff_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        refresh_hash -> Binary,
        refresh_expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    spent_refresh_token (token_hash) {
        token_hash -> Binary,
        session_id -> Uuid,
    }
}

diesel::table! {
    activation_code (staff_id) {
        staff_id -> Uuid,
        code_hash -> Binary,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::joinable!(staff_grant -> staff (staff_id));
diesel::joinable!(session -> staff (staff_id));
diesel::joinable!(activation_code -> staff (staff_id));
diesel::allow_tables_to_appear_in_same_query!(staff, staff_grant, session);
diesel::allow_tables_to_appear_in_same_query!(activation_code, staff);
