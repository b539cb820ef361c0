//! The parts that operations share in the specification, as programs that make clients of it need them: each named once, none
//! unused, open where anything may stand, and an example for every body.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, SchemaType, Type};
use utoipa::openapi::{Components, Object, ObjectBuilder, OneOf, OpenApi, Ref, RefOr, Schema};

/// Examples of request bodies by the name of their schema.
const EXAMPLES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/api-spec/examples.json"));

/// What stands before the name of the items of a list.
const LISTS: [&str; 2] = ["Page_", "ListView_"];

const JSON: &str = "application/json";
const SCHEMAS: &str = "#/components/schemas/";

/// Has every list refer to its items by their name, where they are written out once more.
pub(super) fn name_items(components: &mut Components) {
    let lists: Vec<String> = components.schemas.keys().cloned().collect();
    for list in lists {
        let Some(item) = LISTS.iter().find_map(|prefix| list.strip_prefix(prefix)) else { continue };
        let Some(items) = components.schemas.get_mut(&list).and_then(items_of) else { continue };
        if let RefOr::T(written_out) = std::mem::replace(items, RefOr::Ref(Ref::from_schema_name(item))) {
            components.schemas.entry(item.to_owned()).or_insert(RefOr::T(written_out));
        }
    }
}

fn items_of(list: &mut RefOr<Schema>) -> Option<&mut RefOr<Schema>> {
    let RefOr::T(Schema::Object(list)) = list else { return None };
    let RefOr::T(Schema::Array(data)) = list.properties.get_mut("data")? else { return None };
    match &mut data.items {
        ArrayItems::RefOrSchema(items) => Some(items.as_mut()),
        ArrayItems::False => None,
    }
}

/// Says of objects without members of their own that anything may stand in them.
pub(super) fn open_objects(components: &mut Components) {
    components.schemas.values_mut().for_each(open);
}

fn open(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::OneOf(choice)) = schema
        && let Some(kinds) = plain_kinds(choice)
    {
        let plain = ObjectBuilder::new().schema_type(SchemaType::Array(kinds));
        *schema = RefOr::T(Schema::Object(plain.description(choice.description.clone()).build()));
    }
    match schema {
        RefOr::T(Schema::Object(object)) => {
            let is_object = matches!(&object.schema_type, SchemaType::Type(Type::Object))
                || matches!(&object.schema_type, SchemaType::Array(types) if types.contains(&Type::Object));
            if is_object && object.properties.is_empty() && object.additional_properties.is_none() {
                object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
            }
            object.properties.values_mut().for_each(open);
        }
        RefOr::T(Schema::Array(array)) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                open(items);
            }
        }
        RefOr::T(Schema::OneOf(choice)) => choice.items.iter_mut().for_each(open),
        RefOr::T(Schema::AnyOf(choice)) => choice.items.iter_mut().for_each(open),
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter_mut().for_each(open),
        _ => {}
    }
}

/// The types of a choice of nothing but plain values, which generators make no types of; written as several types, it is
/// what it is.
fn plain_kinds(choice: &OneOf) -> Option<Vec<Type>> {
    let kind = |choice: &RefOr<Schema>| match choice {
        RefOr::T(Schema::Object(Object {
            schema_type: SchemaType::Type(kind), enum_values: None, ..
        })) => Some(kind.clone()).filter(|kind| !matches!(kind, Type::Object | Type::Null)),
        _ => None,
    };
    choice.items.iter().map(kind).collect()
}

/// Leaves out what no operation leads to.
pub(super) fn drop_unused(document: &mut OpenApi) {
    loop {
        let used = references(document);
        let Some(components) = document.components.as_mut() else { return };
        let count = components.schemas.len();
        components.schemas.retain(|name, _| used.contains(name));
        if components.schemas.len() == count {
            return;
        }
    }
}

/// The names of all schemas that something refers to.
fn references(document: &OpenApi) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(&serde_json::to_value(document).unwrap_or_default(), &mut found);
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str);
            found.extend(reference.and_then(|to| to.strip_prefix(SCHEMAS)).map(str::to_owned));
            members.values().for_each(|member| collect(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// Adds the example of a body's schema to the operations that take it.
pub(super) fn add_examples<'a>(operations: impl Iterator<Item = &'a mut Operation>) {
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    for operation in operations {
        let Some(RefOr::T(body)) = operation.request_body.as_mut() else { continue };
        let Some(RefOr::T(content)) = body.content.get_mut(JSON) else { continue };
        if let Some(RefOr::Ref(schema)) = &content.schema {
            let name = schema.ref_location.strip_prefix(SCHEMAS).unwrap_or_default();
            content.example = examples.get(name).cloned();
        }
    }
}
