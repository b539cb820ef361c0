//! Tickets, and all that one command changes.

diesel::table! {
    reference_block (issued_on) {
        issued_on -> Date,
        next_number -> BigInt,
    }
}

diesel::table! {
    ticket (id) {
        id -> Uuid,
        reference -> Text,
        access_code_hash -> Binary,
        kind -> Text,
        channel -> Text,
        category_id -> Integer,
        district_code -> Nullable<Text>,
        title -> Text,
        body -> Text,
        form -> Jsonb,
        locale -> Text,
        state -> Text,
        resume_state -> Nullable<Text>,
        outcome -> Nullable<Text>,
        cycle -> SmallInt,
        refusals -> SmallInt,
        department_id -> Nullable<Integer>,
        lead_work_order_id -> Nullable<Uuid>,
        citizen_clock_id -> Nullable<Uuid>,
        due_at -> Nullable<Timestamptz>,
        publication_refused -> Bool,
        urges -> SmallInt,
        last_urged_on -> Nullable<Date>,
        was_reopened_by_citizen -> Bool,
        satisfaction -> Nullable<SmallInt>,
        merged_into -> Nullable<Uuid>,
        source -> Nullable<Text>,
        source_reference -> Nullable<Text>,
        received_at -> Timestamptz,
        answered_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        event_count -> Integer,
        event_hash -> Binary,
        version -> Integer,
        priority -> Text,
        category_at_receipt -> Nullable<Integer>,
    }
}

diesel::table! {
    submitter (ticket_id) {
        ticket_id -> Uuid,
        sealed -> Binary,
        phone_index -> Nullable<Binary>,
        mail_index -> Nullable<Binary>,
    }
}

diesel::table! {
    submitter_access (id) {
        id -> Uuid,
        ticket_id -> Uuid,
        staff_id -> Uuid,
        accessed_at -> Timestamptz,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    ticket_event (ticket_id, sequence) {
        ticket_id -> Uuid,
        sequence -> Integer,
        kind -> Text,
        occurred_at -> Timestamptz,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        data -> Jsonb,
        hash -> Binary,
    }
}

diesel::table! {
    work_order (id) {
        id -> Uuid,
        ticket_id -> Uuid,
        cycle -> SmallInt,
        department_id -> Integer,
        role -> Text,
        status -> Text,
        is_final -> Bool,
        instruction -> Nullable<Text>,
        assignee_id -> Nullable<Uuid>,
        contribution -> Nullable<Text>,
        contributed_by -> Nullable<Uuid>,
        issued_at -> Timestamptz,
        signed_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
        proposed_department_id -> Nullable<Integer>,
    }
}

diesel::table! {
    clock (id) {
        id -> Uuid,
        ticket_id -> Uuid,
        work_order_id -> Nullable<Uuid>,
        department_id -> Nullable<Integer>,
        cycle -> SmallInt,
        metric -> Text,
        limit_code -> Text,
        policy_code -> Text,
        policy_version -> Integer,
        calendar_code -> Text,
        calendar_version -> Integer,
        amount -> Integer,
        unit -> Text,
        extension -> Integer,
        anchor_on -> Date,
        anchor_at -> Nullable<Timestamptz>,
        due_on -> Date,
        due_at -> Timestamptz,
        is_provisional -> Bool,
        status -> Text,
        started_at -> Timestamptz,
        paused_at -> Nullable<Timestamptz>,
        pause_cause -> Nullable<Text>,
        ended_at -> Nullable<Timestamptz>,
        end_cause -> Nullable<Text>,
        breached_at -> Nullable<Timestamptz>,
        arming -> SmallInt,
        last_alarm -> Nullable<Text>,
        next_alarm_at -> Nullable<Timestamptz>,
        joined_ticket_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    clock_pause (clock_id, number) {
        clock_id -> Uuid,
        number -> SmallInt,
        cause -> Text,
        paused_at -> Timestamptz,
        resumed_at -> Timestamptz,
        paused_on -> Date,
        resumed_on -> Date,
    }
}

diesel::table! {
    reply (id) {
        id -> Uuid,
        ticket_id -> Uuid,
        cycle -> SmallInt,
        kind -> Text,
        status -> Text,
        origin -> Text,
        body -> Text,
        outcome -> Nullable<Text>,
        author_ids -> Array<Uuid>,
        reviewer_id -> Nullable<Uuid>,
        return_reason -> Nullable<Text>,
        content_digest -> Binary,
        reviewed_digest -> Nullable<Binary>,
        created_at -> Timestamptz,
        submitted_at -> Nullable<Timestamptz>,
        sent_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    message (id) {
        id -> Uuid,
        ticket_id -> Uuid,
        kind -> Text,
        body -> Text,
        author_kind -> Text,
        author_id -> Nullable<Uuid>,
        sent_at -> Timestamptz,
    }
}

diesel::table! {
    approval (id) {
        id -> Uuid,
        ticket_id -> Uuid,
        kind -> Text,
        clock_id -> Nullable<Uuid>,
        amount -> Nullable<Integer>,
        unit -> Nullable<Text>,
        ground -> Text,
        advice -> Nullable<Text>,
        requested_by -> Uuid,
        requested_at -> Timestamptz,
        status -> Text,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(clock -> ticket (ticket_id));
diesel::allow_tables_to_appear_in_same_query!(
    ticket,
    submitter,
    submitter_access,
    ticket_event,
    work_order,
    clock,
    clock_pause,
    reply,
    message,
    approval
);
