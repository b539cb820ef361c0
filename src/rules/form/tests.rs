//! The form rules by table.

use serde_json::{Map, Value, json};

use super::*;

fn schema(fields: Value) -> FormSchema {
    serde_json::from_value(json!({ "fields": fields })).unwrap()
}

fn heating() -> FormSchema {
    schema(json!([
        {"key": "community", "label": "小区", "label_en": "Compound", "type": "text", "required": true, "max_length": 4},
        {"key": "story", "label": "经过", "label_en": "Story", "type": "long_text"},
        {"key": "item", "label": "项目", "label_en": "Item", "type": "choice", "choices": ["电梯", "其他"]},
        {"key": "since_on", "label": "起", "label_en": "Since", "type": "date", "min": "2020-01-01", "max": "2026-12-31"},
        {"key": "temperature", "label": "温度", "label_en": "°C", "type": "number", "min": -10, "max": 40},
        {"key": "page", "label": "网址", "label_en": "Page", "type": "url"},
        {"key": "whole", "label": "整栋", "label_en": "Whole", "type": "boolean"}
    ]))
}

/// What is wrong with the form, as `pointer code`; the required field is filled in.
fn findings(mut form: Value) -> Vec<String> {
    let form = form.as_object_mut().unwrap();
    form.entry("community").or_insert("锦绣".into());
    validate(&heating(), form).iter().map(|e| format!("{} {}", e.pointer, e.code)).collect()
}

#[test]
fn what_fits_is_accepted() {
    for good in [
        json!({}),
        json!({"community": "锦绣家园"}),
        json!({"story": "第一行\n第二行\t。"}),
        json!({"item": "其他", "whole": false}),
        json!({"since_on": "2020-01-01"}),
        json!({"since_on": "2024-02-29"}),
        json!({"temperature": 12.5}),
        json!({"temperature": -10}),
        json!({"page": "https://www.example.org/a?b=c#d"}),
        json!({"page": "HTTP://例子.中国:8080"}),
    ] {
        assert!(findings(good.clone()).is_empty(), "{good}: {:?}", findings(good.clone()));
    }
}

#[test]
fn what_does_not_fit_is_refused_with_its_place_and_a_code() {
    let cases = [
        (json!({"community": "锦绣家园二"}), "/form/community form_too_long"),
        (json!({"community": "𠮷𠮷𠮷𠮷𠮷"}), "/form/community form_too_long"),
        (json!({"community": " "}), "/form/community form_required"),
        (json!({"community": null}), "/form/community form_wrong_type"),
        (json!({"community": 3}), "/form/community form_wrong_type"),
        (json!({"community": "a\nb"}), "/form/community form_control_character"),
        (json!({"story": "a\u{0}b"}), "/form/story form_control_character"),
        (json!({"story": "好".repeat(2001)}), "/form/story form_too_long"),
        (json!({"item": "楼梯"}), "/form/item form_unknown_choice"),
        (json!({"item": ["电梯"]}), "/form/item form_wrong_type"),
        (json!({"since_on": "2019-12-31"}), "/form/since_on form_out_of_range"),
        (json!({"since_on": "2027-01-01"}), "/form/since_on form_out_of_range"),
        (json!({"since_on": "2023-02-29"}), "/form/since_on form_invalid_date"),
        (json!({"since_on": "2023-2-3"}), "/form/since_on form_invalid_date"),
        (json!({"since_on": 20230203}), "/form/since_on form_invalid_date"),
        (json!({"temperature": 40.1}), "/form/temperature form_out_of_range"),
        (json!({"temperature": "12"}), "/form/temperature form_wrong_type"),
        (json!({"page": "javascript://alert"}), "/form/page form_invalid_url"),
        (json!({"page": "https://"}), "/form/page form_invalid_url"),
        (json!({"page": "https://:80/"}), "/form/page form_invalid_url"),
        (json!({"page": "https://user:secret@example.org"}), "/form/page form_invalid_url"),
        (json!({"page": "https://example.org/a b"}), "/form/page form_invalid_url"),
        (json!({"page": format!("https://example.org/{}", "a".repeat(2000))}), "/form/page form_invalid_url"),
        (json!({"whole": "true"}), "/form/whole form_wrong_type"),
        (json!({"colour": "red"}), "/form/colour form_unknown_field"),
        (json!({"a/b~c": 1}), "/form/a~1b~0c form_unknown_field"),
    ];
    for (form, expected) in cases {
        assert_eq!(findings(form.clone()), [expected], "{form}");
    }
}

#[test]
fn a_missing_required_field_is_named_and_the_rest_is_judged_all_the_same() {
    let form: Map<String, Value> = serde_json::from_str(r#"{"whole": 1, "x": 2}"#).unwrap();
    let codes: Vec<_> = validate(&heating(), &form).into_iter().map(|error| error.code).collect();
    assert_eq!(codes, ["form_required", "form_wrong_type", "form_unknown_field"]);
}

#[test]
fn days_outside_living_memory_are_refused_without_any_bound() {
    let born = schema(json!([{"key": "born_on", "label": "生日", "label_en": "Born", "type": "date"}]));
    for (day, fits) in
        [("1900-01-01", true), ("1899-12-31", false), ("2100-12-31", true), ("2101-01-01", false)]
    {
        let form = Map::from_iter([("born_on".to_owned(), Value::from(day))]);
        assert_eq!(validate(&born, &form).is_empty(), fits, "{day}");
    }
}

#[test]
fn thousands_of_unknown_fields_get_a_short_answer() {
    let form = (0..5000).map(|n| (format!("f{n}"), Value::Null)).collect();
    assert_eq!(validate(&heating(), &form).len(), 50);
}

#[test]
fn a_schema_that_contradicts_itself_is_refused_and_says_where() {
    let field = |more: Value| {
        let mut field = json!({"key": "f", "label": "字", "label_en": "F", "type": "text"});
        field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        field
    };
    let many: Vec<_> = (0..41).map(|n| field(json!({"key": format!("f{n}")}))).collect();
    let cases = [
        (json!([field(json!({"key": "F"}))]), "the key is a lower-case letter"),
        (json!([field(json!({"key": ""}))]), "the key is a lower-case letter"),
        (json!([field(json!({"key": "a".repeat(41)}))]), "the key is a lower-case letter"),
        (json!([field(json!({})), field(json!({}))]), "stands twice"),
        (json!([field(json!({"label": ""}))]), "label and label_en"),
        (json!([field(json!({"help": "长".repeat(501)}))]), "label and label_en"),
        (json!([field(json!({"max_length": 0}))]), "max_length"),
        (json!([field(json!({"max_length": 10001}))]), "max_length"),
        (json!([field(json!({"type": "number", "max_length": 5}))]), "max_length"),
        (json!([field(json!({"choices": ["a"]}))]), "different choices"),
        (json!([field(json!({"type": "choice"}))]), "different choices"),
        (json!([field(json!({"type": "choice", "choices": ["a", "a"]}))]), "different choices"),
        (json!([field(json!({"min": 1}))]), "min and max"),
        (json!([field(json!({"type": "number", "min": 2, "max": 1}))]), "min and max"),
        (json!([field(json!({"type": "number", "min": "2020-01-01"}))]), "min and max"),
        (json!([field(json!({"type": "date", "min": 1}))]), "min and max"),
        (json!([field(json!({"type": "colour"}))]), "unknown variant"),
        (json!([field(json!({"colour": 1}))]), "unknown field"),
        (json!(many), "at most 40 fields"),
    ];
    for (fields, expected) in cases {
        let error = serde_json::from_value::<FormSchema>(json!({ "fields": fields })).unwrap_err();
        assert!(error.to_string().contains(expected), "{fields}: {error}");
    }
}

#[test]
fn a_schema_survives_being_stored() {
    let stored = serde_json::to_value(heating()).unwrap();
    assert_eq!(serde_json::from_value::<FormSchema>(stored).unwrap(), heating());
}

#[test]
fn a_specimen_of_every_form_fits_it() {
    let all_required = schema(json!([
        {"key": "a", "label": "甲", "label_en": "A", "type": "text", "required": true, "max_length": 1},
        {"key": "b", "label": "乙", "label_en": "B", "type": "long_text", "required": true},
        {"key": "c", "label": "丙", "label_en": "C", "type": "choice", "required": true, "choices": ["x", "y"]},
        {"key": "d", "label": "丁", "label_en": "D", "type": "date", "required": true, "max": "1950-01-01"},
        {"key": "e", "label": "戊", "label_en": "E", "type": "date", "required": true},
        {"key": "f", "label": "己", "label_en": "F", "type": "number", "required": true, "min": 7.5, "max": 8},
        {"key": "g", "label": "庚", "label_en": "G", "type": "number", "required": true, "max": -1},
        {"key": "h", "label": "辛", "label_en": "H", "type": "url", "required": true},
        {"key": "i", "label": "壬", "label_en": "I", "type": "boolean", "required": true},
        {"key": "j", "label": "癸", "label_en": "J", "type": "text"}
    ]));
    let specimen = specimen(&all_required);
    assert_eq!(specimen.len(), 9);
    assert_eq!(validate(&all_required, &specimen), []);
}
