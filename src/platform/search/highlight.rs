//! Shows where the words stand: HTML that is escaped, with `<mark>` around what was looked for.

use std::collections::HashSet;

use crate::rules::text::{Token, fold, spans};

/// How many characters of a text are shown.
const SNIPPET_CHARS: usize = 120;

/// How many of them may stand before the first word found.
const LEAD_CHARS: usize = 16;

/// The words of a query, ready to be found again in a text.
pub(super) struct Highlighter(HashSet<Vec<char>>);

impl Highlighter {
    pub(super) fn new(terms: &[Token]) -> Self {
        Self(terms.iter().map(|term| term.text.chars().collect()).collect())
    }

    /// The whole text.
    pub(super) fn whole(&self, text: &str) -> String {
        let marks = self.marks(text);
        marked(text.chars().zip(marks))
    }

    /// The best place of the answer, or of the question if it fits better.
    pub(super) fn snippet(&self, answer: &str, question: &str) -> String {
        let (in_answer, in_question) = (self.window(answer), self.window(question));
        if in_question.marked > in_answer.marked {
            in_question.html(question)
        } else {
            in_answer.html(answer)
        }
    }

    /// For each character, whether it belongs to a word that was looked for.
    fn marks(&self, text: &str) -> Vec<bool> {
        let folded: Vec<char> = fold(text).chars().collect();
        let mut marks = vec![false; folded.len()];
        if self.0.is_empty() {
            return marks;
        }
        for span in spans(&folded) {
            let is_term = folded.get(span.clone()).is_some_and(|word| self.0.contains(word));
            if let Some(marks) = marks.get_mut(span).filter(|_| is_term) {
                marks.fill(true);
            }
        }
        marks
    }

    fn window(&self, text: &str) -> Window {
        let marks = self.marks(text);
        let mut marked = marks.iter().take(SNIPPET_CHARS).filter(|mark| **mark).count();
        let mut best = (marked, 0);
        for (start, (left, entered)) in marks.iter().zip(marks.iter().skip(SNIPPET_CHARS)).enumerate() {
            marked = marked + usize::from(*entered) - usize::from(*left);
            if marked > best.0 {
                best = (marked, start + 1);
            }
        }
        Window { start: start_of(&marks, best.0, best.1), marked: best.0, marks }
    }
}

fn first_mark(marks: &[bool], from: usize) -> usize {
    marks.iter().skip(from).position(|mark| *mark).map_or(from, |place| from + place)
}

/// Where to begin: a little before the first word found, and so that the window is filled.
fn start_of(marks: &[bool], marked: usize, best: usize) -> usize {
    let is_shown = |start: usize| start.min(marks.len().saturating_sub(SNIPPET_CHARS));
    if marked == 0 { 0 } else { is_shown(first_mark(marks, best).saturating_sub(LEAD_CHARS)) }
}

/// A piece of a text.
struct Window {
    start: usize,
    marked: usize,
    marks: Vec<bool>,
}

impl Window {
    fn html(&self, text: &str) -> String {
        let chars =
            text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).zip(self.marks.iter().copied());
        let before = if self.start > 0 { "…" } else { "" };
        let after = if self.start + SNIPPET_CHARS < self.marks.len() { "…" } else { "" };
        format!("{before}{}{after}", marked(chars.skip(self.start).take(SNIPPET_CHARS)))
    }
}

/// Writes characters as HTML; marked neighbours share one `<mark>`.
fn marked(chars: impl Iterator<Item = (char, bool)>) -> String {
    let mut html = String::new();
    let mut is_open = false;
    for (c, is_marked) in chars {
        if is_marked != is_open {
            html.push_str(if is_marked { "<mark>" } else { "</mark>" });
            is_open = is_marked;
        }
        push_escaped(&mut html, c);
    }
    if is_open {
        html.push_str("</mark>");
    }
    html
}

fn push_escaped(html: &mut String, c: char) {
    match c {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        c => html.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::text::bigrams;

    fn looking_for(words: &str) -> Highlighter {
        Highlighter::new(&bigrams(words))
    }

    #[test]
    fn neighbouring_marks_are_one_and_markup_is_escaped() {
        let html = looking_for("路灯不亮").whole("<b>路灯不亮</b> & 'ok'");
        assert_eq!(html, "&lt;b&gt;<mark>路灯不亮</mark>&lt;/b&gt; &amp; &#39;ok&#39;");
        assert_eq!(looking_for("b").whole("<B>"), "&lt;<mark>B</mark>&gt;");
        assert_eq!(looking_for("etc").whole("ＥＴＣ卡, etcetera"), "<mark>ＥＴＣ</mark>卡, etcetera");
    }

    #[test]
    fn a_snippet_shows_the_best_place() {
        let answer = format!("{}，路灯不亮，{}", "甲".repeat(300), "乙".repeat(300));
        let html = looking_for("路灯不亮").snippet(&answer, "问");
        assert!(html.contains("<mark>路灯不亮</mark>"), "{html}");
        assert!(html.starts_with('…') && html.ends_with('…'));
        assert_eq!(html.replace("<mark>", "").replace("</mark>", "").chars().count(), SNIPPET_CHARS + 2);
        assert!(html.find("<mark>").unwrap() < 80, "{html}");
    }

    #[test]
    fn a_snippet_comes_from_the_question_if_only_that_fits() {
        assert_eq!(looking_for("路灯").snippet("已修好。", "路灯\n不亮"), "<mark>路灯</mark> 不亮");
        assert_eq!(looking_for("暖气").snippet("已修好。", "路灯不亮"), "已修好。");
        assert_eq!(looking_for("").snippet("", ""), "");
    }
}
