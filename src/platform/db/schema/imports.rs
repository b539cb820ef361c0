//! Letters taken over from other systems.

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
        held_back_for -> Jsonb,
    }
}
