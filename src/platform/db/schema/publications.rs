//! What is public, and what is to become public.

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
        confidence -> Text,
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
        mark -> Uuid,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    publication,
    publication_revision,
    redaction_finding,
    published_entry,
    publication_change
);
