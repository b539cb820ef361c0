//! Rules in the order they are asked, with one automaton for all their keywords, so that a text is read once.

use std::collections::HashSet;

use aho_corasick::{AhoCorasick, MatchKind};

use super::RoutingRule;
use crate::rules::text::fold;

/// Keywords a rule has at most.
pub const MOST_KEYWORDS: usize = 100;
/// Characters a keyword has at most.
pub const LONGEST_KEYWORD: usize = 50;

/// Why rules do not make a set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleSetError {
    /// Two rules of one number.
    #[error("rule number {0} stands twice")]
    DuplicateNumber(i32),
    /// A keyword that is blank or too long, or too many of them.
    #[error(
        "rule {0} has more than {MOST_KEYWORDS} keywords, or one that is not of 1 to {LONGEST_KEYWORD} characters"
    )]
    Keywords(i32),
    /// More keywords in all than an automaton can hold.
    #[error("the keywords are too many: {0}")]
    TooManyKeywords(String),
}

/// Rules, ready to be asked.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<RoutingRule>,
    automaton: AhoCorasick,
    /// Whose keyword each pattern of the automaton is: the rule's place and the keyword's place in the rule.
    owners: Vec<(usize, usize)>,
}

impl RuleSet {
    /// Puts the rules in order, whatever order they come in.
    pub fn new(mut rules: Vec<RoutingRule>) -> Result<RuleSet, RuleSetError> {
        check(&rules)?;
        rules.sort_by_key(RoutingRule::rank);
        let mut owners = Vec::new();
        let mut patterns = Vec::new();
        for (place, rule) in rules.iter().enumerate() {
            for (keyword_place, keyword) in rule.keywords.iter().enumerate() {
                owners.push((place, keyword_place));
                patterns.push(fold(keyword));
            }
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&patterns);
        let automaton = automaton.map_err(|error| RuleSetError::TooManyKeywords(error.to_string()))?;
        Ok(RuleSet { rules, automaton, owners })
    }

    /// The rules, in the order they are asked.
    pub fn iter(&self) -> impl Iterator<Item = &RoutingRule> {
        self.rules.iter()
    }

    /// The rule of this number.
    pub fn rule(&self, number: i32) -> Option<&RoutingRule> {
        self.rules.iter().find(|rule| rule.number == number)
    }

    /// The keywords of all rules that stand in the title or in the body.
    pub(super) fn keywords_in(&self, title: &str, body: &str) -> FoundKeywords<'_> {
        // No keyword has a line break, so none is found across the border.
        let text = format!("{}\n{}", fold(title), fold(body));
        let mut first: Vec<Option<usize>> = vec![None; self.rules.len()];
        for found in self.automaton.find_overlapping_iter(&text) {
            let Some((place, keyword)) = self.owners.get(found.pattern().as_usize()) else { continue };
            if let Some(known) = first.get_mut(*place) {
                *known = Some(known.map_or(*keyword, |known| known.min(*keyword)));
            }
        }
        FoundKeywords { set: self, first }
    }
}

/// For every rule, the first of its keywords that was found.
pub(super) struct FoundKeywords<'a> {
    set: &'a RuleSet,
    first: Vec<Option<usize>>,
}

impl<'a> FoundKeywords<'a> {
    /// The first keyword found of the rule at this place.
    pub(super) fn of_rule(&self, place: usize) -> Option<&'a str> {
        let keyword = (*self.first.get(place)?)?;
        self.set.rules.get(place)?.keywords.get(keyword).map(String::as_str)
    }
}

fn check(rules: &[RoutingRule]) -> Result<(), RuleSetError> {
    let mut numbers = HashSet::new();
    for rule in rules {
        if !numbers.insert(rule.number) {
            return Err(RuleSetError::DuplicateNumber(rule.number));
        }
        if rule.keywords.len() > MOST_KEYWORDS || !rule.keywords.iter().all(|keyword| is_keyword(keyword)) {
            return Err(RuleSetError::Keywords(rule.number));
        }
    }
    Ok(())
}

fn is_keyword(keyword: &str) -> bool {
    !keyword.trim().is_empty()
        && !keyword.contains(char::is_control)
        && keyword.chars().count() <= LONGEST_KEYWORD
}
