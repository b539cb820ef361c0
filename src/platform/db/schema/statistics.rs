//! Figures.

diesel::table! {
    statistics_version (is_the_only_row) {
        is_the_only_row -> Bool,
        value -> BigInt,
    }
}
