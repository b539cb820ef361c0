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

diesel::table! {
    statistics_version (is_the_only_row) {
        is_the_only_row -> Bool,
        value -> BigInt,
    }
}

diesel::table! {
    import_run (id) {
        id -> Uuid,
        source -> Text,
        file_digest -> Binary,
        next_row -> BigInt,
        imported -> BigInt,
        known -> BigInt,
        published -> BigInt,
        held_back -> BigInt,
        refused -> Jsonb,
        started_at -> Timestamptz,
        updated_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(staff_grant -> staff (staff_id));
diesel::joinable!(session -> staff (staff_id));
diesel::joinable!(activation_code -> staff (staff_id));
diesel::allow_tables_to_appear_in_same_query!(staff, staff_grant, session);
diesel::allow_tables_to_appear_in_same_query!(activation_code, staff);

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
        author_id -> Nullable<Uuid>,
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
        working_days -> Nullable<Integer>,
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
    ticket_event,
    work_order,
    clock,
    clock_pause,
    reply,
    message,
    approval
);

diesel::table! {
    routing_rule (number) {
        number -> Integer,
        name -> Text,
        priority -> Integer,
        category_code -> Nullable<Text>,
        area_code -> Nullable<Text>,
        keywords -> Array<Text>,
        channel -> Nullable<Text>,
        kind -> Nullable<Text>,
        department_id -> Integer,
        assists -> Array<Integer>,
        is_automatic -> Bool,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        origin -> Text,
        ticket_reference -> Nullable<Text>,
        is_active -> Bool,
        version -> Integer,
    }
}

diesel::table! {
    routing_version (is_the_only_row) {
        is_the_only_row -> Bool,
        value -> BigInt,
    }
}

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

diesel::table! {
    public_number_year (year) {
        year -> SmallInt,
        next_number -> Integer,
    }
}

diesel::table! {
    publication (id) {
        id -> Uuid,
        ticket_id -> Uuid,
        reference -> Text,
        public_no -> Text,
        kind -> Text,
        category_id -> Integer,
        department_id -> Nullable<Integer>,
        received_on -> Date,
        answered_on -> Date,
        status -> Text,
        revision -> Integer,
        published_revision -> Nullable<Integer>,
        submitter_refused -> Bool,
        withdrawal_reason -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    publication_revision (publication_id, number) {
        publication_id -> Uuid,
        number -> Integer,
        origin -> Text,
        status -> Text,
        title -> Text,
        question -> Text,
        answer -> Text,
        answer_digest -> Binary,
        editor_ids -> Array<Uuid>,
        reviewer_id -> Nullable<Uuid>,
        return_reason -> Nullable<Text>,
        content_digest -> Binary,
        reviewed_digest -> Nullable<Binary>,
        created_at -> Timestamptz,
        submitted_at -> Nullable<Timestamptz>,
        published_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    redaction_finding (id) {
        id -> Uuid,
        publication_id -> Uuid,
        revision -> Integer,
        field -> Text,
        start_char -> Integer,
        end_char -> Integer,
        kind -> Text,
        status -> Text,
        reason -> Nullable<Text>,
        resolved_by -> Nullable<Uuid>,
        resolved_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    published_entry (public_no) {
        public_no -> Text,
        publication_id -> Uuid,
        revision -> Integer,
        kind -> Text,
        category_path -> Array<Text>,
        category_name -> Text,
        category_name_en -> Text,
        department_path -> Array<Text>,
        department_name -> Nullable<Text>,
        department_name_en -> Nullable<Text>,
        title -> Text,
        question -> Text,
        answer -> Text,
        received_on -> Date,
        answered_on -> Date,
        published_at -> Timestamptz,
        change_no -> BigInt,
    }
}

diesel::table! {
    publication_change (change_no) {
        change_no -> BigInt,
        public_no -> Text,
        op -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    publication,
    publication_revision,
    redaction_finding,
    published_entry,
    publication_change
);

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
