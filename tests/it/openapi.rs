//! The committed specification is the one the program would print, and it says enough of every operation.

use std::collections::HashSet;

use serde_json::Value;

fn specification() -> Value {
    serde_json::from_str(&huiyin::app::openapi::text().unwrap()).unwrap()
}

/// Every operation with its method and path.
fn operations(specification: &Value) -> Vec<(String, &Value)> {
    let paths = specification["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap();
            methods.iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

#[test]
fn the_committed_specification_is_the_generated_one() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/api-spec/openapi.json"));
    assert!(
        committed.unwrap_or_default() == huiyin::app::openapi::text().unwrap(),
        "api-spec/openapi.json is out of date: run `cargo run -- openapi > api-spec/openapi.json`"
    );
}

#[test]
fn every_operation_is_named_once_and_described() {
    let specification = specification();
    let tags: HashSet<&str> =
        specification["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut names = HashSet::new();
    for (place, operation) in operations(&specification) {
        let text = |member: &str| operation[member].as_str().unwrap_or_default();
        assert!(names.insert(text("operationId").to_owned()), "{place}: operationId is not unique");
        assert!(!text("summary").is_empty() && !text("description").is_empty(), "{place}: no description");
        let own_tags = operation["tags"].as_array().unwrap_or_else(|| panic!("{place}: no tag"));
        let known = own_tags.iter().all(|tag| tags.contains(tag.as_str().unwrap()));
        assert!(known && own_tags.len() == 1, "{place}: {own_tags:?} is not one described tag");
        assert!(operation["security"].is_array(), "{place}: no word on security");
    }
}

#[test]
fn the_values_of_enums_are_the_words_that_are_sent() {
    let specification = specification();
    let mut values = Vec::new();
    collect_members(&specification, "enum", &mut values);
    let words: Vec<&str> =
        values.iter().flat_map(|value| value.as_array().unwrap()).filter_map(Value::as_str).collect();
    assert!(words.contains(&"information_request"), "no word of the vocabulary is there: {words:?}");
    let capitals: Vec<_> = words.iter().filter(|word| word.starts_with(char::is_uppercase)).collect();
    assert!(capitals.is_empty(), "names of the program and not words of the API: {capitals:?}");
}

#[test]
fn nothing_must_be_of_two_types_at_once() {
    let specification = specification();
    let mut all = Vec::new();
    collect_members(&specification, "allOf", &mut all);
    for parts in all {
        let types: HashSet<&str> =
            parts.as_array().unwrap().iter().filter_map(|part| part["type"].as_str()).collect();
        assert!(types.len() <= 1, "{parts} cannot be met; leave `#[schema(inline)]` out");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let specification = specification();
    let mut references = Vec::new();
    collect_references(&specification, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(
            specification.pointer(pointer).is_some(),
            "{reference} leads nowhere; write `inline(Type)` in `params(…)`"
        );
    }
}

fn collect_references(value: &Value, found: &mut Vec<String>) {
    let mut members = Vec::new();
    collect_members(value, "$ref", &mut members);
    found.extend(members.into_iter().filter_map(Value::as_str).map(str::to_owned));
}

/// Every member of this name, however deep.
fn collect_members<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(name));
            members.values().for_each(|member| collect_members(member, name, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_members(item, name, found)),
        _ => {}
    }
}

#[test]
fn every_refusal_is_a_problem_document() {
    let specification = specification();
    for (place, operation) in operations(&specification) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            if !status.starts_with('4') && !status.starts_with('5') {
                continue;
            }
            let reference = response["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
            let response = reference.map_or(response, |pointer| specification.pointer(pointer).unwrap());
            let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{place} {status}");
        }
    }
}
