//! Routing by table and by property.

use proptest::prelude::*;

use super::*;

/// utilities ⊃ heating, noise; wanghe ⊃ chengguan; departments 1–9, of which 7 was succeeded by 1 and 8 by nobody.
struct SmallCity;

impl City for SmallCity {
    fn category_within(&self, category: &str, ancestor: &str) -> bool {
        category == ancestor || (category, ancestor) == ("heating", "utilities")
    }

    fn area_within(&self, area: &str, ancestor: &str) -> bool {
        area == ancestor || (area, ancestor) == ("chengguan", "wanghe")
    }

    fn in_charge(&self, department_id: i32) -> Option<i32> {
        match department_id {
            7 => Some(1),
            8 => None,
            other => Some(other),
        }
    }

    fn default_department(&self, category: &str) -> Option<i32> {
        (category == "heating").then_some(9)
    }

    fn category_name(&self, category: &str) -> Option<Named<'_>> {
        (category == "heating").then_some(Named { zh: "供暖", en: "Heating" })
    }

    fn area_name(&self, area: &str) -> Option<Named<'_>> {
        (area == "chengguan").then_some(Named { zh: "城关街道", en: "Chengguan Subdistrict" })
    }
}

fn rule(number: i32) -> RoutingRule {
    RoutingRule {
        number,
        name: format!("规则{number}"),
        priority: 50,
        category: None,
        area: None,
        keywords: Vec::new(),
        channel: None,
        kind: None,
        department_id: 1,
        assists: Vec::new(),
        is_automatic: true,
        valid_from: None,
        valid_until: None,
        origin: Origin::Configured,
    }
}

fn matter() -> Matter<'static> {
    Matter {
        kind: Kind::Complaint,
        channel: Channel::Web,
        category: "heating",
        area: Some("chengguan"),
        title: "家里不热",
        body: "已经三天了，ＥＴＣ小区物业不管。",
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn decide(rules: Vec<RoutingRule>) -> RoutingDecision {
    route(&RuleSet::new(rules).unwrap(), &matter(), day("2026-09-18"), &SmallCity)
}

fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn each_condition_is_fulfilled_or_says_why_not() {
    let code = |text: &str| Some(text.to_owned());
    let cases = [
        (rule(1), None),
        (RoutingRule { category: code("utilities"), ..rule(1) }, None),
        (RoutingRule { category: code("noise"), ..rule(1) }, Some(WhyNot::OtherCategory)),
        (RoutingRule { area: code("wanghe"), ..rule(1) }, None),
        (RoutingRule { area: code("shiliang"), ..rule(1) }, Some(WhyNot::OtherArea)),
        (RoutingRule { keywords: words(&["漏气", "不热"]), ..rule(1) }, None),
        (RoutingRule { keywords: words(&["etc小区"]), ..rule(1) }, None),
        // It would stretch from the title into the body.
        (RoutingRule { keywords: words(&["不热已经"]), ..rule(1) }, Some(WhyNot::NoKeyword)),
        (RoutingRule { keywords: words(&["漏气"]), ..rule(1) }, Some(WhyNot::NoKeyword)),
        (RoutingRule { kind: Some(Kind::Complaint), ..rule(1) }, None),
        (RoutingRule { kind: Some(Kind::Inquiry), ..rule(1) }, Some(WhyNot::OtherKind)),
        (RoutingRule { channel: Some(Channel::Hotline), ..rule(1) }, Some(WhyNot::OtherChannel)),
        (RoutingRule { valid_from: Some(day("2026-09-18")), ..rule(1) }, None),
        (RoutingRule { valid_from: Some(day("2026-09-19")), ..rule(1) }, Some(WhyNot::NotYetValid)),
        (RoutingRule { valid_until: Some(day("2026-09-18")), ..rule(1) }, None),
        (RoutingRule { valid_until: Some(day("2026-09-17")), ..rule(1) }, Some(WhyNot::Expired)),
        (RoutingRule { department_id: 8, ..rule(1) }, Some(WhyNot::NobodyInCharge)),
    ];
    for (rule, expected) in cases {
        let decision = decide(vec![rule.clone()]);
        assert_eq!(decision.considered.first().map(|c| c.why_not), expected, "{rule:?}");
        assert_eq!(decision.rule.is_some(), expected.is_none(), "{rule:?}");
    }
}

#[test]
fn a_matter_without_an_area_fulfils_no_rule_with_one() {
    let rules = RuleSet::new(vec![RoutingRule { area: Some("wanghe".into()), ..rule(1) }]).unwrap();
    let nowhere = Matter { area: None, ..matter() };
    let decision = route(&rules, &nowhere, day("2026-09-18"), &SmallCity);
    assert_eq!(decision.considered, [Considered { rule: 1, why_not: WhyNot::OtherArea }]);
}

#[test]
fn priority_decides_then_origin_then_number() {
    let decision = decide(vec![
        RoutingRule { priority: 50, origin: Origin::Precedent, ..rule(1) },
        RoutingRule { priority: 50, ..rule(3) },
        RoutingRule { priority: 50, ..rule(2) },
        RoutingRule { priority: 10, department_id: 8, ..rule(4) },
        RoutingRule { priority: 60, ..rule(0) },
    ]);
    assert_eq!(decision.rule, Some(2));
    assert_eq!(decision.considered, [Considered { rule: 4, why_not: WhyNot::NobodyInCharge }]);
}

#[test]
fn a_precedent_goes_before_a_wider_rule_only() {
    let heating = RoutingRule { category: Some("heating".into()), priority: 90, ..rule(13) };
    assert_eq!(precedent_priority(Some(&heating), 2), 89);
    assert_eq!(precedent_priority(Some(&heating), 1), 90);
    assert_eq!(precedent_priority(None, 1), USUAL_PRIORITY);
    let precedent = RoutingRule {
        category: Some("heating".into()),
        area: Some("chengguan".into()),
        priority: precedent_priority(Some(&heating), 2),
        origin: Origin::Precedent,
        ..rule(40)
    };
    let decision = decide(vec![heating, precedent]);
    assert_eq!(decision.rule, Some(40));
    let expected = "Matched precedent rule 40: category Heating, area Chengguan Subdistrict";
    assert_eq!(decision.explanation.both().en, expected);
}

#[test]
fn a_decision_explains_itself() {
    let by_place =
        RoutingRule { category: Some("heating".into()), area: Some("chengguan".into()), ..rule(12) };
    let decision = decide(vec![by_place]);
    assert_eq!(decision.explanation.both().zh_cn, "匹配规则12：类别“供暖”，地区“城关街道”");
    assert_eq!(
        decision.explanation.both().en,
        "Matched rule 12: category Heating, area Chengguan Subdistrict"
    );
    let by_words = RoutingRule {
        keywords: words(&["漏气", "物业"]),
        kind: Some(Kind::Complaint),
        channel: Some(Channel::Web),
        ..rule(3)
    };
    let decision = decide(vec![by_words]);
    assert_eq!(decision.explanation.both().zh_cn, "匹配规则3：关键词“物业”，诉求类型“投诉”，渠道“网页”");
    assert_eq!(decide(vec![rule(5)]).explanation.both().en, "Matched rule 5, which holds for everything");
}

#[test]
fn without_a_rule_the_default_department_answers_else_a_person_decides() {
    let decision = decide(vec![]);
    assert_eq!((decision.department_id, decision.basis), (Some(9), Basis::DefaultDepartment));
    assert!(!decision.is_automatic);
    assert_eq!(decision.explanation.both().zh_cn, "没有匹配的规则，由类别“供暖”的默认部门承办");
    let noise = Matter { category: "noise", ..matter() };
    let decision = route(&RuleSet::new(vec![]).unwrap(), &noise, day("2026-09-18"), &SmallCity);
    assert_eq!((decision.department_id, decision.basis), (None, Basis::Triage));
}

#[test]
fn successors_take_part_and_nobody_helps_himself() {
    let decision = decide(vec![RoutingRule { department_id: 7, assists: vec![2, 1, 7, 8, 2, 3], ..rule(1) }]);
    assert_eq!(decision.department_id, Some(1));
    assert_eq!(decision.assists, [2, 3]);
}

#[test]
fn overlapping_keywords_are_all_found() {
    let wide = RoutingRule { keywords: words(&["小区物业不管"]), priority: 20, ..rule(1) };
    let narrow = RoutingRule { keywords: words(&["物业"]), priority: 10, ..rule(2) };
    assert_eq!(decide(vec![wide, narrow]).rule, Some(2));
}

#[test]
fn what_makes_no_set_is_refused() {
    assert_eq!(RuleSet::new(vec![rule(1), rule(1)]).unwrap_err(), RuleSetError::DuplicateNumber(1));
    for keywords in
        [vec![" ".to_owned()], vec!["热\n已".to_owned()], vec!["长".repeat(51)], vec!["x".to_owned(); 101]]
    {
        let rule = RoutingRule { keywords, ..rule(4) };
        assert_eq!(RuleSet::new(vec![rule]).unwrap_err(), RuleSetError::Keywords(4));
    }
}

fn any_rule() -> impl Strategy<Value = RoutingRule> {
    let category = prop::option::of(prop::sample::select(vec!["utilities", "heating", "noise"]));
    let area = prop::option::of(prop::sample::select(vec!["wanghe", "chengguan", "shiliang"]));
    let keywords = prop::sample::subsequence(vec!["不热", "物业", "漏气"], 0..=3);
    let kind = prop::option::of(prop::sample::select(vec![Kind::Complaint, Kind::Inquiry]));
    let origin = prop::sample::select(Origin::ALL.to_vec());
    (1..4_i32, category, area, keywords, kind, origin, 1..9_i32).prop_map(
        |(priority, category, area, keywords, kind, origin, department_id)| RoutingRule {
            priority,
            category: category.map(str::to_owned),
            area: area.map(str::to_owned),
            keywords: words(&keywords),
            kind,
            origin,
            department_id,
            ..rule(0)
        },
    )
}

fn any_rules() -> impl Strategy<Value = Vec<RoutingRule>> {
    prop::collection::vec(any_rule(), 0..12).prop_map(|rules| {
        rules.into_iter().zip(1..).map(|(rule, number)| RoutingRule { number, ..rule }).collect()
    })
}

proptest! {
    #[test]
    fn the_order_in_which_rules_are_given_does_not_matter(
        (rules, shuffled) in any_rules().prop_flat_map(|rules| (Just(rules.clone()), Just(rules).prop_shuffle()))
    ) {
        prop_assert_eq!(decide(rules), decide(shuffled));
    }

    #[test]
    fn the_deciding_rule_is_the_first_that_would_decide_alone(rules in any_rules()) {
        let alone = |rule: &&RoutingRule| decide(vec![(*rule).clone()]).rule.is_some();
        let first = rules.iter().filter(alone).min_by_key(|rule| rule.rank()).map(|rule| rule.number);
        prop_assert_eq!(decide(rules).rule, first);
    }

    #[test]
    fn every_rule_before_the_deciding_one_is_accounted_for(rules in any_rules()) {
        let decision = decide(rules.clone());
        let rank = |number: i32| rules.iter().find(|rule| rule.number == number).map(RoutingRule::rank);
        let deciding = decision.rule.and_then(rank);
        let before = rules.iter().filter(|rule| deciding.is_none_or(|rank| rule.rank() < rank)).count();
        prop_assert_eq!(decision.considered.len(), before);
        prop_assert!(decision.considered.is_sorted_by_key(|considered| rank(considered.rule)));
    }
}
