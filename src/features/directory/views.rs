//! The directory as the public sees it, in the reader's language, and without what is no longer in use.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Category, Department, District};
use super::snapshot::Snapshot;
use crate::platform::http::locale::Locale;
use crate::rules::form::{Bound, FieldType, FormField};
use crate::rules::vocabulary::Kind;

/// Everything of one sort.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListView<T> {
    /// The items.
    pub data: Vec<T>,
}

/// A category and what lies below it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoryNode {
    /// What submissions name it by.
    pub code: String,
    /// Its name in the reader's language.
    pub name: String,
    /// The kinds of tickets it takes.
    pub kinds: Vec<Kind>,
    /// Whether its form has fields of its own.
    pub has_form: bool,
    /// The categories below it.
    #[schema(no_recursion)]
    pub children: Vec<CategoryNode>,
}

/// The form of a category.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FormView {
    /// The category's code.
    pub category: String,
    /// The category's name in the reader's language.
    pub name: String,
    /// The kinds of tickets the category takes.
    pub kinds: Vec<Kind>,
    /// The fields, in the order they are asked; filled in as the members of `form`.
    pub fields: Vec<FieldView>,
}

/// One field of a form.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldView {
    /// Its name among the members of `form`.
    pub key: String,
    /// Its label in the reader's language.
    pub label: String,
    /// What it takes.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Whether it must be filled in.
    pub required: bool,
    /// The most characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The words of a choice, sent as they stand here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// The least number or the first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Bound>,
    /// The greatest number or the last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Bound>,
    /// A hint for the person who fills it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A department.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicDepartment {
    /// Its code.
    pub code: String,
    /// Its name in the reader's language.
    pub name: String,
    /// The code of the body above it.
    pub parent: Option<String>,
    /// The code of the district it is competent for; `null` for the whole city.
    pub district: Option<String>,
    /// Whether letters may be sent to it; otherwise it only groups others.
    pub is_dispatchable: bool,
}

/// A district, street or town.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicDistrict {
    /// Its code.
    pub code: String,
    /// Its name in the reader's language.
    pub name: String,
    /// The code of the district it lies in.
    pub parent: Option<String>,
}

/// The name in the reader's language.
fn named(locale: Locale, zh: &str, en: &str) -> String {
    match locale {
        Locale::En => en.to_owned(),
        Locale::ZhCn | Locale::ZhHant => zh.to_owned(),
    }
}

/// The tree of categories that take tickets.
pub(super) fn category_tree(city: &Snapshot, locale: Locale) -> ListView<CategoryNode> {
    ListView { data: nodes_below(city, None, locale) }
}

fn nodes_below(city: &Snapshot, parent: Option<i32>, locale: Locale) -> Vec<CategoryNode> {
    let below = city.categories().filter(|category| category.parent_id == parent && category.is_active);
    below.map(|category| node(city, category, locale)).collect()
}

fn node(city: &Snapshot, category: &Category, locale: Locale) -> CategoryNode {
    CategoryNode {
        code: category.code.clone(),
        name: named(locale, &category.name, &category.name_en),
        kinds: category.kinds.clone(),
        has_form: !category.form.fields().is_empty(),
        children: nodes_below(city, Some(category.id), locale),
    }
}

/// The form of a category that takes tickets.
pub(super) fn form(city: &Snapshot, code: &str, locale: Locale) -> Option<FormView> {
    let category = city.category_by_code(code)?;
    city.takes_letters(category).then(|| FormView {
        category: category.code.clone(),
        name: named(locale, &category.name, &category.name_en),
        kinds: category.kinds.clone(),
        fields: category.form.fields().iter().map(|field| field_view(field, locale)).collect(),
    })
}

fn field_view(field: &FormField, locale: Locale) -> FieldView {
    FieldView {
        key: field.key.clone(),
        label: named(locale, &field.label, &field.label_en),
        field_type: field.field_type,
        required: field.required,
        max_length: field.longest(),
        choices: field.choices.clone(),
        min: field.min.clone(),
        max: field.max.clone(),
        help: field.help.clone(),
    }
}

/// The departments that exist today.
pub(super) fn departments(city: &Snapshot, locale: Locale) -> ListView<PublicDepartment> {
    let view = |department: &Department| PublicDepartment {
        code: department.code.clone(),
        name: named(locale, &department.name, &department.name_en),
        parent: department.parent_id.and_then(|id| city.department(id)).map(|parent| parent.code.clone()),
        district: department.district_code.clone(),
        is_dispatchable: department.is_dispatchable,
    };
    ListView { data: city.departments().filter(|department| department.is_active).map(view).collect() }
}

/// All districts.
pub(super) fn districts(city: &Snapshot, locale: Locale) -> ListView<PublicDistrict> {
    let view = |district: &District| PublicDistrict {
        code: district.code.clone(),
        name: named(locale, &district.name, &district.name_en),
        parent: district.parent_code.clone(),
    };
    ListView {
        data: city
            .districts()
            .filter(|district| city.district_takes_letters(&district.code))
            .map(view)
            .collect(),
    }
}
