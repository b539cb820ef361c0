//! Work that leaves a transaction, and answers that are kept for repeated requests.

diesel::table! {
    outbox_message (id, consumer) {
        id -> Uuid,
        consumer -> Text,
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
        awaits_recovery -> Bool,
        early_retries -> SmallInt,
    }
}

diesel::table! {
    job_lease (job, due_at) {
        job -> Text,
        due_at -> Timestamptz,
        holder -> Uuid,
        started_at -> Timestamptz,
        heartbeat_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
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
    key_canary (name) {
        name -> Text,
        canary -> Binary,
        planted_at -> Timestamptz,
    }
}

diesel::table! {
    mail_allowance (address) {
        address -> Binary,
        window_began_at -> Timestamptz,
        sent -> Integer,
        receipts -> Integer,
    }
}

diesel::table! {
    set_aside (work, item) {
        work -> Text,
        item -> Text,
        error_code -> Text,
        attempts -> Integer,
        first_failed_at -> Timestamptz,
        retry_at -> Timestamptz,
    }
}
