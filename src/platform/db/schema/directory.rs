//! Districts, departments and categories.

diesel::table! {
    district (code) {
        code -> Text,
        parent_code -> Nullable<Text>,
        name -> Text,
        name_en -> Text,
        is_active -> Bool,
        version -> Integer,
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
