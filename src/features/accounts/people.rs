//! What people are called, for views that name them: everywhere staff read, an id comes with its name.

use std::collections::HashMap;

use diesel::{PgConnection, QueryResult};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{NameError, Username};
use super::store;
use crate::platform::auth::caller::StaffId;

/// A member of staff, as other staff see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(from = "KeptPerson")]
pub struct Person {
    /// Identifier.
    pub id: StaffId,
    /// Their name.
    pub name: String,
}

/// A person in an answer that is kept for a repeated request. Answers of earlier versions have the id alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum KeptPerson {
    Named { id: StaffId, name: String },
    Id(StaffId),
}

impl From<KeptPerson> for Person {
    fn from(kept: KeptPerson) -> Person {
        match kept {
            KeptPerson::Named { id, name } => Person { id, name },
            KeptPerson::Id(id) => Person { id, name: String::new() },
        }
    }
}

/// The names of some people.
#[derive(Debug, Clone, Default)]
pub struct People(HashMap<StaffId, String>);

impl People {
    /// Looks these people up, with one statement; with none when there is nobody.
    pub fn find(conn: &mut PgConnection, ids: impl IntoIterator<Item = StaffId>) -> QueryResult<People> {
        let mut ids: Vec<StaffId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(People::default());
        }
        Ok(People(store::list_names(conn, &ids)?.into_iter().collect()))
    }

    /// One of them. Accounts are never deleted, so that everybody has a name.
    pub fn person(&self, id: StaffId) -> Person {
        Person { id, name: self.0.get(&id).cloned().unwrap_or_default() }
    }

    /// One of them, if there is one.
    pub fn perhaps(&self, id: Option<StaffId>) -> Option<Person> {
        id.map(|id| self.person(id))
    }

    /// These of them, in this order.
    pub fn all(&self, ids: &[StaffId]) -> Vec<Person> {
        ids.iter().map(|id| self.person(*id)).collect()
    }
}

/// How a request names a member of staff: by user name or by identifier.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum StaffRef {
    /// By identifier.
    Id(StaffId),
    /// By user name, which has no more than 32 characters and so is no identifier, and no less than three.
    Username(Username),
}

impl StaffRef {
    /// Who it is. `None`: nobody.
    pub fn find(&self, conn: &mut PgConnection) -> QueryResult<Option<StaffId>> {
        match self {
            StaffRef::Id(id) => Ok(Some(*id)),
            StaffRef::Username(username) => store::find_staff_id(conn, username.as_str()),
        }
    }
}

impl TryFrom<String> for StaffRef {
    type Error = NameError;
    fn try_from(typed: String) -> Result<StaffRef, NameError> {
        match Uuid::parse_str(&typed) {
            Ok(id) => Ok(StaffRef::Id(StaffId(id))),
            Err(_) => typed.parse().map(StaffRef::Username),
        }
    }
}
