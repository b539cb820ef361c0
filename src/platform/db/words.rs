//! Two macros: enums of fixed words as `text` columns, and newtype identifiers as `uuid` columns.

/// Stores an enum made by `text_enum!` in a `text` column.
#[macro_export]
macro_rules! sql_text_enum {
    ($($name:ty),+ $(,)?) => { $(
        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_str().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }
        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg>>::from_sql(bytes)?;
                Ok(word.parse::<$name>()?)
            }
        }
        impl diesel::deserialize::Queryable<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            type Row = Self;
            fn build(row: Self) -> diesel::deserialize::Result<Self> { Ok(row) }
        }
        impl diesel::expression::AsExpression<diesel::sql_types::Text> for $name {
            type Expression = diesel::internal::derives::as_expression::Bound<diesel::sql_types::Text, Self>;
            fn as_expression(self) -> Self::Expression { Self::Expression::new(self) }
        }
        impl diesel::expression::AsExpression<diesel::sql_types::Text> for &$name {
            type Expression = diesel::internal::derives::as_expression::Bound<diesel::sql_types::Text, Self>;
            fn as_expression(self) -> Self::Expression { Self::Expression::new(self) }
        }
        impl diesel::expression::AsExpression<diesel::sql_types::Nullable<diesel::sql_types::Text>> for $name {
            type Expression = diesel::internal::derives::as_expression::Bound<diesel::sql_types::Nullable<diesel::sql_types::Text>, Self>;
            fn as_expression(self) -> Self::Expression { Self::Expression::new(self) }
        }
        impl diesel::expression::AsExpression<diesel::sql_types::Nullable<diesel::sql_types::Text>> for &$name {
            type Expression = diesel::internal::derives::as_expression::Bound<diesel::sql_types::Nullable<diesel::sql_types::Text>, Self>;
            fn as_expression(self) -> Self::Expression { Self::Expression::new(self) }
        }
        impl diesel::serialize::ToSql<diesel::sql_types::Nullable<diesel::sql_types::Text>, diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {
                <Self as diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg>>::to_sql(self, out)
            }
        }
    )+ };
}

/// Declares identifiers: newtypes around a UUIDv7 that are a string in JSON and a `uuid` column.
#[macro_export]
macro_rules! id_type {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
                 utoipa::ToSchema, diesel::AsExpression, diesel::FromSqlRow)]
        #[serde(transparent)]
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new identifier, made at this instant.
            pub fn new(at: chrono::DateTime<chrono::Utc>) -> Self { Self($crate::platform::clock::new_id(at)) }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {
                <uuid::Uuid as diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg>>::to_sql(&self.0, out)
            }
        }
        impl diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                <uuid::Uuid as diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg>>::from_sql(bytes).map(Self)
            }
        }
    )+ };
}

use crate::rules::vocabulary::{AlarmLevel, Channel, Kind, Metric, Priority, Role, Unit};

sql_text_enum!(AlarmLevel, Channel, Kind, Metric, Priority, Role, Unit);
