//! Which department a ticket goes to, and why: rules over kind, channel, category, area and keywords, else the
//! category's default department, else a person decides. Knows no table; the trees are handed in.
//!
//! The first rule that holds decides, in the order of [`RoutingRule::rank`]: the lower priority number, then configured
//! rules before precedents, then the lower rule number.

mod explanation;
mod rule_set;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use rule_set::{LONGEST_KEYWORD, MOST_KEYWORDS, RuleSet, RuleSetError};

use crate::rules::texts::Sentence;
use crate::rules::vocabulary::{Channel, Kind};

/// The priority of a precedent where no rule stood.
pub const USUAL_PRIORITY: i32 = 100;

text_enum! {
    /// Where a rule comes from.
    pub enum Origin {
        /// Somebody who manages routing wrote it.
        Configured = "configured",
        /// A supervisor's arbitration left it.
        Precedent = "precedent",
    }
}

/// Where tickets go that fulfil all its conditions; a condition that is `None` or empty is fulfilled by all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingRule {
    /// Names it; unique.
    pub number: i32,
    /// What people call it.
    pub name: String,
    /// The lower, the earlier it is asked.
    pub priority: i32,
    /// The code of a category; it and everything below it fulfils.
    pub category: Option<String>,
    /// The code of a district; it and everything in it fulfils.
    pub area: Option<String>,
    /// One of these stands in the title or the body, in any width and case.
    pub keywords: Vec<String>,
    /// The way the ticket came.
    pub channel: Option<Channel>,
    /// What sort of matter it is.
    pub kind: Option<Kind>,
    /// Who answers.
    pub department_id: i32,
    /// Who helps.
    pub assists: Vec<i32>,
    /// Whether the ticket is dispatched without a person looking at it first.
    pub is_automatic: bool,
    /// The first day it holds.
    pub valid_from: Option<NaiveDate>,
    /// The last day it holds.
    pub valid_until: Option<NaiveDate>,
    /// Where it comes from.
    pub origin: Origin,
}

impl RoutingRule {
    /// The order in which rules are asked, the least first.
    pub fn rank(&self) -> (i32, Origin, i32) {
        (self.priority, self.origin, self.number)
    }

    /// How many conditions it has.
    pub fn specificity(&self) -> usize {
        let conditions = [
            self.category.is_some(),
            self.area.is_some(),
            !self.keywords.is_empty(),
            self.channel.is_some(),
            self.kind.is_some(),
        ];
        conditions.iter().filter(|is_set| **is_set).count()
    }
}

/// The priority of a precedent, given the rule that would have decided and the number of conditions the precedent has.
///
/// What a supervisor decided for a narrower case goes before the wider rule that misled. Against a rule that is as
/// narrow it stays behind: somebody wrote that rule on purpose, and changing it is for those who manage routing.
pub fn precedent_priority(misled_by: Option<&RoutingRule>, specificity: usize) -> i32 {
    match misled_by {
        None => USUAL_PRIORITY,
        Some(rule) if specificity > rule.specificity() => rule.priority - 1,
        Some(rule) => rule.priority,
    }
}

/// What routing looks at in a ticket.
#[derive(Clone, Copy)]
pub struct Matter<'a> {
    /// What sort of matter it is.
    pub kind: Kind,
    /// The way it came.
    pub channel: Channel,
    /// The code of its category.
    pub category: &'a str,
    /// The code of the district it is about.
    pub area: Option<&'a str>,
    /// Its title.
    pub title: &'a str,
    /// Its text.
    pub body: &'a str,
}

/// A name in two languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// In Chinese.
    pub zh: &'a str,
    /// In English.
    pub en: &'a str,
}

/// The city as routing sees it.
pub trait City {
    /// Whether the category is, or lies below, the other.
    fn category_within(&self, category: &str, ancestor: &str) -> bool;
    /// Whether the district is, or lies in, the other.
    fn area_within(&self, area: &str, ancestor: &str) -> bool;
    /// The department that answers for this one today: itself or a successor; `None` when nobody can be sent work.
    fn in_charge(&self, department_id: i32) -> Option<i32>;
    /// Who answers matters of this category when no rule says otherwise.
    fn default_department(&self, category: &str) -> Option<i32>;
    /// What a category is called.
    fn category_name(&self, category: &str) -> Option<Named<'_>>;
    /// What a district is called.
    fn area_name(&self, area: &str) -> Option<Named<'_>>;
}

text_enum! {
    /// What a decision rests on.
    pub enum Basis {
        /// A rule.
        Rule = "rule",
        /// The category's default department.
        DefaultDepartment = "default_department",
        /// Nothing: a person has to decide.
        Triage = "triage",
    }
}

text_enum! {
    /// The first thing that kept a rule from deciding.
    pub enum WhyNot {
        /// It does not hold yet.
        NotYetValid = "not_yet_valid",
        /// It holds no longer.
        Expired = "expired",
        /// The ticket is of another kind.
        OtherKind = "other_kind",
        /// The ticket came another way.
        OtherChannel = "other_channel",
        /// The ticket's category lies elsewhere.
        OtherCategory = "other_category",
        /// The ticket's area lies elsewhere, or is not known.
        OtherArea = "other_area",
        /// None of its keywords stands in the text.
        NoKeyword = "no_keyword",
        /// Its department was dissolved and nobody succeeded.
        NobodyInCharge = "nobody_in_charge",
    }
}

/// A rule that was asked before the deciding one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Considered {
    /// The rule's number.
    pub rule: i32,
    /// Why it did not decide.
    pub why_not: WhyNot,
}

/// Where a ticket goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingDecision {
    /// Who answers; `None` sends it to the triage queue.
    pub department_id: Option<i32>,
    /// Who helps: each once, and never the one who answers.
    pub assists: Vec<i32>,
    /// What the decision rests on.
    pub basis: Basis,
    /// The number of the rule that decided.
    pub rule: Option<i32>,
    /// Whether the ticket is dispatched without a person looking at it first; only a rule can say so.
    pub is_automatic: bool,
    /// Why, for a person.
    pub explanation: Sentence,
    /// The rules that were asked before, in order, and why they did not decide.
    pub considered: Vec<Considered>,
}

/// Decides where a matter goes on this day.
pub fn route(rules: &RuleSet, matter: &Matter<'_>, on: NaiveDate, city: &impl City) -> RoutingDecision {
    let found = rules.keywords_in(matter.title, matter.body);
    let mut considered = Vec::new();
    for (place, rule) in rules.iter().enumerate() {
        let asked = Asked { rule, keyword: found.of_rule(place) };
        match asked.department(matter, on, city) {
            Ok(department_id) => return by_rule(&asked, department_id, city, considered),
            Err(why_not) => considered.push(Considered { rule: rule.number, why_not }),
        }
    }
    by_default(matter, city, considered)
}

/// A rule, and the first of its keywords that stands in the text.
struct Asked<'a> {
    rule: &'a RoutingRule,
    keyword: Option<&'a str>,
}

impl Asked<'_> {
    /// The department the rule sends the matter to, or the first thing that is not fulfilled.
    fn department(&self, matter: &Matter<'_>, on: NaiveDate, city: &impl City) -> Result<i32, WhyNot> {
        let rule = self.rule;
        let is_in = |wanted: &Option<String>, lies_within: &dyn Fn(&str) -> bool| {
            wanted.as_deref().is_none_or(lies_within)
        };
        let within_category = |ancestor: &str| city.category_within(matter.category, ancestor);
        let within_area = |ancestor: &str| matter.area.is_some_and(|area| city.area_within(area, ancestor));
        let conditions = [
            (rule.valid_from.is_none_or(|first| on >= first), WhyNot::NotYetValid),
            (rule.valid_until.is_none_or(|last| on <= last), WhyNot::Expired),
            (rule.kind.is_none_or(|kind| kind == matter.kind), WhyNot::OtherKind),
            (rule.channel.is_none_or(|channel| channel == matter.channel), WhyNot::OtherChannel),
            (is_in(&rule.category, &within_category), WhyNot::OtherCategory),
            (is_in(&rule.area, &within_area), WhyNot::OtherArea),
            (rule.keywords.is_empty() || self.keyword.is_some(), WhyNot::NoKeyword),
        ];
        match conditions.into_iter().find(|(is_fulfilled, _)| !is_fulfilled) {
            Some((_, why_not)) => Err(why_not),
            None => city.in_charge(rule.department_id).ok_or(WhyNot::NobodyInCharge),
        }
    }
}

fn by_rule(
    asked: &Asked<'_>,
    department_id: i32,
    city: &impl City,
    considered: Vec<Considered>,
) -> RoutingDecision {
    let mut assists: Vec<i32> = Vec::new();
    for assist in asked.rule.assists.iter().filter_map(|id| city.in_charge(*id)) {
        if assist != department_id && !assists.contains(&assist) {
            assists.push(assist);
        }
    }
    RoutingDecision {
        department_id: Some(department_id),
        assists,
        basis: Basis::Rule,
        rule: Some(asked.rule.number),
        is_automatic: asked.rule.is_automatic,
        explanation: explanation::of_rule(asked.rule, asked.keyword, city),
        considered,
    }
}

fn by_default(matter: &Matter<'_>, city: &impl City, considered: Vec<Considered>) -> RoutingDecision {
    let department_id = city.default_department(matter.category);
    let basis = if department_id.is_some() { Basis::DefaultDepartment } else { Basis::Triage };
    RoutingDecision {
        department_id,
        assists: Vec::new(),
        basis,
        rule: None,
        is_automatic: false,
        explanation: explanation::without_rule(basis, matter.category, city),
        considered,
    }
}

#[cfg(test)]
mod tests;
