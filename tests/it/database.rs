//! The database against the program: what is written twice, in SQL and in Rust, says the same.

mod domains;
mod migrations;
mod schema;

use diesel::prelude::*;
use diesel::sql_types::Text;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The one text column `line` of every row.
fn lines(conn: &mut PgConnection, query: &str) -> Vec<String> {
    let rows = diesel::sql_query(query).load::<Line>(conn).unwrap_or_else(|error| panic!("{query}: {error}"));
    rows.into_iter().map(|row| row.line).collect()
}
