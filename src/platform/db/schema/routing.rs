//! Where letters go.

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
