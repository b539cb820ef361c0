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

/// The schema that a reference leads to, or the schema itself.
fn resolved<'a>(specification: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => specification.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

#[test]
fn no_component_is_unused_and_the_items_of_every_list_are_named() {
    let specification = specification();
    let mut references = Vec::new();
    collect_references(&specification, &mut references);
    let used: HashSet<&str> = references.iter().map(String::as_str).collect();
    for kind in ["schemas", "responses"] {
        for name in specification["components"][kind].as_object().unwrap().keys() {
            let place = format!("#/components/{kind}/{name}");
            assert!(used.contains(place.as_str()), "{place} is unused");
        }
    }
    for (name, schema) in specification["components"]["schemas"].as_object().unwrap() {
        if name.starts_with("Page_") || name.starts_with("ListView_") {
            assert!(schema["properties"]["data"]["items"]["$ref"].is_string(), "{name} writes its items out");
        }
    }
}

#[test]
fn an_object_without_members_is_open() {
    let specification = specification();
    let form = &specification["components"]["schemas"]["SubmitTicket"]["properties"]["form"];
    assert_eq!(form["additionalProperties"], true, "{form}");
    for (name, schema) in specification["components"]["schemas"].as_object().unwrap() {
        let is_bare = schema["type"] == "object" && schema["properties"].is_null();
        assert!(!is_bare || !schema["additionalProperties"].is_null(), "{name}: {schema}");
    }
}

#[test]
fn every_body_has_an_example_that_fits() {
    let specification = specification();
    for (place, operation) in operations(&specification) {
        let content = &operation["requestBody"]["content"]["application/json"];
        if content.is_null() {
            continue;
        }
        assert!(content["example"].is_object(), "{place} has no example");
        let mut faults = Vec::new();
        fits(&specification, &content["schema"], &content["example"], "", &mut faults);
        assert!(faults.is_empty(), "{place}: {faults:?}");
    }
}

/// What of a value does not fit its schema, as far as our schemas go.
fn fits(specification: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let schema = resolved(specification, schema);
    if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let fitting = choices.iter().any(|choice| {
            let mut own = Vec::new();
            fits(specification, choice, value, at, &mut own);
            own.is_empty()
        });
        if !fitting {
            faults.push(format!("{at}: {value} fits none of the choices"));
        }
        return;
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() && kinds.contains(&"integer") => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.is_empty() && !kinds.contains(&kind) {
        faults.push(format!("{at}: {value} is no {kinds:?}"));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        faults.push(format!("{at}: {value} is none of {}", schema["enum"]));
    }
    if let (Some(text), Some(pattern)) = (value.as_str(), schema["pattern"].as_str())
        && !regex::Regex::new(pattern).unwrap().is_match(text)
    {
        faults.push(format!("{at}: {text} does not match {pattern}"));
    }
    for item in value.as_array().into_iter().flatten() {
        fits(specification, &schema["items"], item, &format!("{at}/-"), faults);
    }
    let Some(members) = value.as_object() else { return };
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !members.contains_key(required) {
            faults.push(format!("{at}/{required} is missing"));
        }
    }
    for (name, member) in members {
        let own = &schema["properties"][name];
        let is_open = schema["additionalProperties"] == true;
        match own.is_null() {
            true if !is_open => faults.push(format!("{at}/{name} is unknown")),
            true => {}
            false => fits(specification, own, member, &format!("{at}/{name}"), faults),
        }
    }
}

#[test]
fn refusals_that_are_easily_forgotten_are_documented() {
    let specification = specification();
    let answers = |path: &str, method: &str, status: &str| {
        specification["paths"][path][method]["responses"][status].is_object()
    };
    assert!(answers("/v1/tickets/lookup", "post", "404"));
    for (place, operation) in operations(&specification) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let has_query = parameters.iter().any(|parameter| parameter["in"] == "query");
        let status = |status: &str| operation["responses"][status].is_object();
        assert!(!has_query || status("422"), "{place}");
        assert!(
            operation["requestBody"].is_null() || (status("413") && status("415") && status("422")),
            "{place}"
        );
    }
}
