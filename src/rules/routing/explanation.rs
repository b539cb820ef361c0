//! Why a matter goes where it goes, as a sentence.

use super::{Basis, City, Named, Origin, RoutingRule};
use crate::rules::texts::{Bilingual, Sentence};

/// Such as "Matched rule 12: category Heating, area Chengguan Subdistrict".
pub(super) fn of_rule(rule: &RoutingRule, keyword: Option<&str>, city: &impl City) -> Sentence {
    let category = rule.category.as_deref().map(|code| name(code, city.category_name(code)));
    let area = rule.area.as_deref().map(|code| name(code, city.area_name(code)));
    let kind = rule.kind.map(|kind| Sentence::of("kind_name", kind.as_str()));
    let channel = rule.channel.map(|channel| Sentence::of("channel_name", channel.as_str()));
    let conditions = [
        category.map(|name| Sentence::new("routing_condition-category").with("value", name)),
        area.map(|name| Sentence::new("routing_condition-area").with("value", name)),
        keyword.map(|word| Sentence::new("routing_condition-keyword").with("value", word)),
        kind.map(|name| Sentence::new("routing_condition-kind").with("value", name)),
        channel.map(|name| Sentence::new("routing_condition-channel").with("value", name)),
    ];
    let conditions = conditions.into_iter().flatten().reduce(|before, next| {
        Sentence::new("routing_condition-pair").with("before", before).with("next", next)
    });
    let matched = match conditions {
        Some(conditions) => Sentence::new("routing-matched").with("conditions", conditions),
        None => Sentence::new("routing-matched_everything"),
    };
    // As text, so that no language groups the digits of what is a name.
    matched.with("origin", origin(rule.origin)).with("number", rule.number.to_string())
}

/// What the default department or the triage queue rests on.
pub(super) fn without_rule(basis: Basis, category: &str, city: &impl City) -> Sentence {
    let sentence = match basis {
        Basis::Rule | Basis::DefaultDepartment => Sentence::new("routing-default_department"),
        Basis::Triage => Sentence::new("routing-triage"),
    };
    sentence.with("category", name(category, city.category_name(category)))
}

fn origin(origin: Origin) -> Sentence {
    Sentence::new(match origin {
        Origin::Configured => "rule_origin-configured",
        Origin::Precedent => "rule_origin-precedent",
    })
}

fn name(code: &str, name: Option<Named<'_>>) -> Bilingual {
    let name = name.unwrap_or(Named { zh: code, en: code });
    Bilingual { zh_cn: name.zh.to_owned(), en: name.en.to_owned() }
}
