//! Where the words stand that announce something, found in one pass.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::view::View;
use super::words::{CUES, Cue};

/// A word that announces something, and its cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Announced {
    pub cue: Cue,
    pub start: usize,
    /// The cell behind it.
    pub end: usize,
}

/// All of a text, in the order in which they end.
pub(super) struct Cues(Vec<Announced>);

struct Lexicon {
    automaton: Option<AhoCorasick>,
    /// For each pattern, what it announces; a word may announce several things.
    cues: Vec<Cue>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let (mut patterns, mut cues) = (Vec::new(), Vec::new());
    for (cue, words) in CUES {
        let spellings: Vec<String> = words.iter().flat_map(|word| spaced(word)).collect();
        cues.extend(spellings.iter().map(|_| *cue));
        patterns.extend(spellings);
    }
    Lexicon { automaton: AhoCorasick::new(patterns).ok(), cues }
});

/// The word, and with spaces inside if it has two characters, as forms print it.
fn spaced(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    match chars.as_slice() {
        [first, second] if !first.is_ascii() && !second.is_ascii() => {
            ["", " ", "  ", "   ", "    "].iter().map(|gap| format!("{first}{gap}{second}")).collect()
        }
        _ => vec![word.to_owned()],
    }
}

impl Cues {
    pub fn of(view: &View) -> Cues {
        let Some(automaton) = &LEXICON.automaton else { return Cues(Vec::new()) };
        let found = automaton.find_overlapping_iter(view.text()).filter_map(|found| {
            let cue = *LEXICON.cues.get(found.pattern().as_usize())?;
            let (start, end) = (view.cell_of_byte(found.start()), view.cell_of_byte(found.end()));
            let goes_on = view.at(start).is_ascii_alphabetic() && view.before(start).is_ascii_alphabetic();
            (!goes_on).then_some(Announced { cue, start, end })
        });
        Cues(found.collect())
    }

    /// The words that announce this.
    pub fn all(&self, cue: Cue) -> impl Iterator<Item = &Announced> {
        self.0.iter().filter(move |found| found.cue == cue)
    }

    /// Whether one of these announces what begins at `cell`: it ends at most `reach` cells before.
    pub fn stand_before(&self, cues: &[Cue], cell: usize, reach: usize) -> bool {
        let until = self.0.partition_point(|found| found.end <= cell);
        let earliest = cell.saturating_sub(reach);
        let before = self.0.get(..until).unwrap_or_default().iter().rev();
        before.take_while(|found| found.end >= earliest).any(|found| cues.contains(&found.cue))
    }

    /// Whether one of these begins at most `reach` cells behind `cell`.
    pub fn stand_behind(&self, cues: &[Cue], cell: usize, reach: usize) -> bool {
        let from = self.0.partition_point(|found| found.end <= cell);
        let behind = self.0.get(from..).unwrap_or_default().iter();
        let latest = cell.saturating_add(reach);
        // The longest word has eight cells.
        let near = behind.take_while(|found| found.end <= latest.saturating_add(8));
        near.filter(|found| (cell..=latest).contains(&found.start)).any(|found| cues.contains(&found.cue))
    }
}

/// Where the value behind a cue begins: past spaces, punctuation and small words, at most `most` cells on. A line may end
/// once in between.
pub(super) fn behind(view: &View, cell: usize, fillers: &[&str], most: usize) -> usize {
    let mut at = cell;
    while at < cell + most {
        let c = view.at(at);
        if is_link(c) {
            at += 1;
            continue;
        }
        let rest = view.rest_of(at, 4);
        match fillers.iter().find(|filler| rest.starts_with(**filler)) {
            Some(filler) => at += filler.chars().count(),
            None => break,
        }
    }
    at
}

/// What may stand between a cue and its value: no letter, no barrier, no end of a sentence.
fn is_link(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, super::view::BARRIER | '。' | '?' | '!' | ';' | '@')
}
