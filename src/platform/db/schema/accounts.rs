//! Staff, what they may, and their sessions.

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
        disabled_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        version -> Integer,
        known_devices_since -> Nullable<Timestamptz>,
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

diesel::table! {
    failed_try (subject, source) {
        subject -> Binary,
        source -> Binary,
        failures -> Integer,
        failed_at -> Timestamptz,
    }
}

diesel::table! {
    sign_in_storm (account) {
        account -> Binary,
        began_at -> Timestamptz,
        failures -> Integer,
        told_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    account_request (id) {
        id -> Uuid,
        staff_id -> Uuid,
        role -> Nullable<Text>,
        department_id -> Nullable<Integer>,
        requested_by -> Uuid,
        requested_at -> Timestamptz,
        expires_at -> Timestamptz,
        was_approved -> Nullable<Bool>,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    account_event (id) {
        id -> Uuid,
        staff_id -> Uuid,
        kind -> Text,
        actor_id -> Nullable<Uuid>,
        role -> Nullable<Text>,
        occurred_at -> Timestamptz,
    }
}

diesel::joinable!(account_request -> staff (staff_id));
diesel::joinable!(staff_grant -> staff (staff_id));
diesel::joinable!(session -> staff (staff_id));
diesel::joinable!(activation_code -> staff (staff_id));
diesel::allow_tables_to_appear_in_same_query!(staff, staff_grant, session);
diesel::allow_tables_to_appear_in_same_query!(activation_code, staff);
diesel::allow_tables_to_appear_in_same_query!(account_request, staff);
