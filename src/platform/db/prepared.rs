//! SQL whose text never changes, prepared once a connection; `diesel::sql_query` has the server parse and plan its text
//! every time it is sent, which costs more than a short page of a list.

use std::marker::PhantomData;

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Untyped};
use diesel::{PgConnection, QueryResult, RunQueryDsl};

/// A statement with its values, to be loaded into `QueryableByName` rows.
pub struct Prepared<'a> {
    sql: &'static str,
    values: Vec<Box<dyn QueryFragment<Pg> + 'a>>,
}

impl<'a> Prepared<'a> {
    /// Each `?` in the text stands for the next value.
    pub fn new(sql: &'static str) -> Prepared<'a> {
        Prepared { sql, values: Vec::new() }
    }

    /// Adds the next value.
    pub fn bind<T, V>(mut self, value: V) -> Prepared<'a>
    where
        Pg: HasSqlType<T>,
        T: 'a,
        V: ToSql<T, Pg> + 'a,
    {
        self.values.push(Box::new(Value { value, sql_type: PhantomData::<T> }));
        self
    }
}

struct Value<T, V> {
    value: V,
    sql_type: PhantomData<T>,
}

impl<T, V> QueryFragment<Pg> for Value<T, V>
where
    Pg: HasSqlType<T>,
    V: ToSql<T, Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_bind_param::<T, V>(&self.value)
    }
}

impl QueryFragment<Pg> for Prepared<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let mut pieces = self.sql.split('?');
        out.push_sql(pieces.next().unwrap_or_default());
        for (value, text) in self.values.iter().zip(pieces) {
            value.walk_ast(out.reborrow())?;
            out.push_sql(text);
        }
        Ok(())
    }
}

/// Without an identifier of its type the statement is found again by its text.
impl QueryId for Prepared<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Prepared<'_> {
    type SqlType = Untyped;
}

impl RunQueryDsl<PgConnection> for Prepared<'_> {}
