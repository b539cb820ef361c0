//! What the directory consists of.

use crate::rules::form::FormSchema;
use crate::rules::vocabulary::Kind;

/// A body that answers, or that groups bodies that answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Its key in the database.
    pub id: i32,
    /// Its name in the API.
    pub code: String,
    /// The body above it; `None` at the top.
    pub parent_id: Option<i32>,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// Spellings that people and older systems use.
    pub aliases: Vec<String>,
    /// The district it is competent for; `None` for the whole city.
    pub district_code: Option<String>,
    /// Who took over its matters when it was dissolved.
    pub successor_id: Option<i32>,
    /// False once it is dissolved; it then has a successor.
    pub is_active: bool,
    /// False for a body that only groups others.
    pub is_dispatchable: bool,
    /// Grows with every change.
    pub version: i32,
}

/// A node of the tree of matters.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// Its key in the database.
    pub id: i32,
    /// Its name in the API, and its `service_code` in Open311.
    pub code: String,
    /// The category above it; `None` at the top.
    pub parent_id: Option<i32>,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// The kinds of tickets it takes.
    pub kinds: Vec<Kind>,
    /// The further fields of a submission.
    pub form: FormSchema,
    /// The department that answers when no routing rule says otherwise; `None` means the parent's.
    pub default_department_id: Option<i32>,
    /// Whether new tickets may use it.
    pub is_active: bool,
    /// Grows with every change.
    pub version: i32,
}

/// A district, or a street or town in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// Its name in the API.
    pub code: String,
    /// The district it lies in; `None` at the top.
    pub parent_code: Option<String>,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// False takes no new letters, and neither does what lies in it.
    pub is_active: bool,
    /// Grows with every change.
    pub version: i32,
}
