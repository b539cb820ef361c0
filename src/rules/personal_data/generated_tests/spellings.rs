//! Values and how people spell them. Every second of each list is held back.

use super::Submitter;

/// Which half of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    Known,
    HeldBack,
}

impl Half {
    /// The half of a list.
    pub fn of<T: Copy>(self, list: &[T]) -> Vec<T> {
        list.iter().copied().skip(usize::from(self == Half::HeldBack)).step_by(2).collect()
    }
}

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    pub fn one<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    pub fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

/// A spelled value, the part of it that must be found, and whose it is.
pub struct Value {
    pub text: String,
    pub must: String,
    pub submitter: Option<Submitter>,
}

const SEPARATORS: &[&str] = &[
    " ", "-", "  ", "—", ".", "·", "/", "_", "*", "~", "　", "\u{a0}", "\u{200b}", "\u{feff}", "\n", " - ",
    "–", "——", "|", "+", "\u{2009}", "、", "－", "，", "杠", "・", "→", "📞", ",", "\\", "=", "…",
];
const STYLES: &[&str] = &[
    "0123456789",
    "０１２３４５６７８９",
    "0123456789",
    "〇一二三四五六七八九",
    "零一二三四五六七八九",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "零壹贰叁肆伍陆柒捌玖",
    "零幺二三四五六七八九",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "٠١٢٣٤٥٦٧٨٩",
    "洞幺两三四五六拐八勾",
    "o123456789",
    "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "0l23456789",
    "⓿❶❷❸❹❺❻❼❽❾",
    "零壹貳叄肆伍陸柒捌玖",
    "₀₁₂₃₄₅₆₇₈₉",
    "०१२३४५६७८९",
];

pub fn style(half: Half, digits: &str, random: &mut Random) -> String {
    let style: Vec<char> = random.one(&half.of(STYLES)).chars().collect();
    digits.chars().map(|c| c.to_digit(10).map_or(c, |digit| style[digit as usize])).collect()
}

pub fn grouped(half: Half, digits: &str, groupings: &[&[usize]], random: &mut Random) -> String {
    let groups = random.one(&half.of(groupings));
    let separator = random.one(&half.of(SEPARATORS));
    let chars: Vec<char> = digits.chars().collect();
    let mut parts = Vec::new();
    let mut at = 0;
    for length in groups {
        let end = (at + length).min(chars.len());
        parts.push(chars[at..end].iter().collect::<String>());
        at = end;
    }
    if at < chars.len() {
        parts.push(chars[at..].iter().collect());
    }
    parts.retain(|part| !part.is_empty());
    parts.join(separator)
}

/// One of two ways to break a number up, or none: styles of digits, or groups.
pub fn spelled(half: Half, digits: &str, groupings: &[&[usize]], random: &mut Random) -> String {
    match random.below(4) {
        0 => digits.to_owned(),
        1 => style(half, digits, random),
        _ => grouped(half, digits, groupings, random),
    }
}
