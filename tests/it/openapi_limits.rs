//! What the specification says of a body holds: whatever breaks a limit of it is refused, with its place. Tried on every
//! operation, with the example of its body made wrong in one place at a time.

use huiyin::rules::vocabulary::Role;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::support::app::{TestApp, success};
use crate::support::city::heating_letter;
use crate::support::personas::{seed_city, sign_in};

/// An example made wrong: where, what should be refused, and the body.
struct Wrong {
    at: String,
    why: String,
    body: Value,
}

fn resolved<'a>(specification: &'a Value, schema: &'a Value) -> &'a Value {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => specification.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    // What may be absent is the other of two choices.
    let choices = schema["oneOf"].as_array().filter(|choices| choices.len() == 2);
    match choices.and_then(|choices| {
        choices.iter().find(|choice| choice["type"] != "null" && choices[0]["type"] == "null")
    }) {
        Some(choice) => resolved(specification, choice),
        None => schema,
    }
}

fn is_of(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!(kind)))
}

/// Something that the schema takes.
fn least(specification: &Value, schema: &Value) -> Value {
    let schema = resolved(specification, schema);
    if let Some(word) = schema["enum"].as_array().and_then(|words| words.first()) {
        return word.clone();
    }
    if is_of(schema, "object") {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let member = |name: &Value| {
            let name = name.as_str().unwrap();
            (name.to_owned(), least(specification, &schema["properties"][name]))
        };
        return Value::Object(required.iter().map(member).collect::<Map<_, _>>());
    }
    if is_of(schema, "array") {
        return json!([]);
    }
    if is_of(schema, "integer") || is_of(schema, "number") {
        return json!(schema["minimum"].as_i64().unwrap_or(1));
    }
    json!("heating")
}

/// The example with this in this place; lists and objects on the way are made where they are missing.
fn with(specification: &Value, schema: &Value, example: &Value, at: &[String], new: &Value) -> Value {
    let Some((first, rest)) = at.split_first() else { return new.clone() };
    let schema = resolved(specification, schema);
    let mut example = example.clone();
    if first == "-" {
        let inner = example.get(0).cloned().unwrap_or_else(|| least(specification, &schema["items"]));
        return json!([with(specification, &schema["items"], &inner, rest, new)]);
    }
    if !example.is_object() {
        example = least(specification, schema);
    }
    let own = &schema["properties"][first];
    let inner = example.get(first).cloned().unwrap_or_else(|| least(specification, own));
    example[first] = with(specification, own, &inner, rest, new);
    example
}

/// Every value that breaks one limit of a schema, with its place and the limit.
fn breaking(
    specification: &Value,
    schema: &Value,
    at: &[String],
    found: &mut Vec<(Vec<String>, String, Value)>,
) {
    let schema = resolved(specification, schema);
    let number = |name: &str| schema[name].as_i64();
    let mut add = |why: String, value: Value| found.push((at.to_vec(), why, value));
    if let Some(most) = number("maxLength") {
        add(format!("maxLength {most}"), json!("a".repeat(usize::try_from(most).unwrap() + 1)));
    }
    if let Some(least) = number("minLength").filter(|least| *least > 0) {
        add(format!("minLength {least}"), json!("a".repeat(usize::try_from(least).unwrap() - 1)));
    }
    if let Some(least) = number("minimum") {
        add(format!("minimum {least}"), json!(least - 1));
    }
    if let Some(most) = number("maximum") {
        add(format!("maximum {most}"), json!(most + 1));
    }
    if schema["pattern"].is_string() {
        add("pattern".to_owned(), json!("!?"));
    }
    if schema["enum"].is_array() {
        add("enum".to_owned(), json!("no-such-word"));
    }
    if let Some(most) = number("maxItems") {
        let item = least(specification, &schema["items"]);
        add(format!("maxItems {most}"), json!(vec![item; usize::try_from(most).unwrap() + 1]));
    }
    if number("minItems").is_some_and(|least| least > 0) {
        add("minItems".to_owned(), json!([]));
    }
    if matches!(schema["format"].as_str(), Some("date" | "date-time" | "uuid")) {
        add(format!("format {}", schema["format"]), json!("a"));
    }
    let wrong_type = match schema["type"].as_str() {
        Some("string") => Some(json!(7)),
        Some("integer" | "number" | "boolean" | "array" | "object") => Some(json!("a")),
        _ => None,
    };
    if let Some(value) = wrong_type.filter(|_| !at.is_empty()) {
        add("type".to_owned(), value);
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let at: Vec<String> = at.iter().cloned().chain([name.clone()]).collect();
        breaking(specification, member, &at, found);
    }
    if schema["items"].is_object() {
        let at: Vec<String> = at.iter().cloned().chain(["-".to_owned()]).collect();
        breaking(specification, &schema["items"], &at, found);
    }
}

/// Every way in which the example of a body is made wrong.
fn wrongs(specification: &Value, content: &Value) -> Vec<Wrong> {
    let (schema, example) = (&content["schema"], &content["example"]);
    let mut values = Vec::new();
    breaking(specification, schema, &[], &mut values);
    let pointer = |at: &[String]| {
        at.iter()
            .map(|step| format!("/{}", if step == "-" { "0" } else { step.as_str() }))
            .collect::<String>()
    };
    let mut wrongs: Vec<Wrong> = values
        .into_iter()
        .map(|(at, why, value)| Wrong {
            at: pointer(&at),
            why,
            body: with(specification, schema, example, &at, &value),
        })
        .collect();
    let own = resolved(specification, schema);
    for required in own["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let mut body = example.clone();
        body.as_object_mut().unwrap().remove(required);
        wrongs.push(Wrong { at: format!("/{required}"), why: "required".to_owned(), body });
    }
    let mut body = example.clone();
    body["no_such_member"] = json!(1);
    wrongs.push(Wrong { at: "/no_such_member".to_owned(), why: "additionalProperties".to_owned(), body });
    wrongs
}

/// The path with something in every place.
fn filled(path: &str, reference: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "{reference}" => reference,
        "{code}" => "heating",
        "{number}" | "{version}" => "1",
        segment if segment.starts_with('{') => "01997a9d-3c00-7d5a-9e0b-6c1f2a3b4c5d",
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_breaks_a_limit_of_the_specification_is_refused_with_its_place() {
    let specification: Value = serde_json::from_str(&huiyin::app::openapi::text().unwrap()).unwrap();
    let app = TestApp::start().await;
    seed_city(&app).await;
    let staff = sign_in(&app, "zhang.wei", &[(Role::Handler, Some("heating-office"))]).token;
    let receipt = success(app.post_once("/v1/tickets", &heating_letter())).await;
    let reference = receipt["reference"].as_str().unwrap();
    let secrets = json!({"reference": reference, "access_code": receipt["access_code"]});
    let citizen = success(app.post_json("/v1/tickets/lookup", &secrets)).await["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let (mut tried, mut kept) = (0, Vec::new());
    for (path, item) in specification["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let content = &operation["requestBody"]["content"]["application/json"];
            if content.is_null() {
                continue;
            }
            for Wrong { at, why, body } in wrongs(&specification, content) {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let request = app.request(method.clone(), &filled(path, reference)).json(&body);
                let token = if path.starts_with("/v1/me/") { &citizen } else { &staff };
                let request = request
                    .header("If-Match", "\"v1\"")
                    .header("Idempotency-Key", uuid::Uuid::now_v7().to_string())
                    .bearer_auth(token);
                let answer = request.send().await.unwrap();
                let status = answer.status().as_u16();
                let document: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
                let errors = document["errors"].as_array().cloned().unwrap_or_default();
                let names =
                    |error: &Value| error["pointer"].as_str().is_some_and(|pointer| pointer.starts_with(&at));
                tried += 1;
                if status != 422 || !errors.iter().any(names) {
                    let said = errors.iter().map(|error| error["pointer"].to_string()).collect::<Vec<_>>();
                    kept.push(format!(
                        "{method} {path} {at} ({why}): {status} {} {said:?}",
                        document["code"]
                    ));
                }
            }
        }
    }
    assert!(tried > 500, "{tried}");
    assert!(kept.is_empty(), "{} of {tried} are not refused:\n{}", kept.len(), kept.join("\n"));
}
