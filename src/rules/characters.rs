//! What a single character stands for: digits of all scripts, characters that nobody sees, and the plain form in which
//! spellings are compared. It knows no words.

use unicode_normalization::UnicodeNormalization;

/// Whether nobody sees the character: zero-width and formatting characters, variation selectors, combining marks.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20d0}'..='\u{20ff}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether the character turns the reading direction of what follows (Unicode embeddings, overrides and isolates).
pub fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// White space, and what looks like it: braille blanks and characters of private use.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}')
}

/// Gives the character in its plain form: compatibility forms resolved, lower case, digits of all scripts as ASCII,
/// one dash, one middle dot, one space and one line break for all of their kind, and nothing for what nobody sees.
pub fn plain(c: char, mut give: impl FnMut(char)) {
    match c {
        '\u{4e00}'..='\u{9fff}' => give(c),
        ' '..='\x7f' => give(c.to_ascii_lowercase()),
        _ if is_invisible(c) => {}
        _ => match stand_in(c) {
            Some(plain) => give(plain),
            None => {
                for part in std::iter::once(c).nfkc().filter(|part| !is_invisible(*part)) {
                    match stand_in(part) {
                        Some(plain) => give(plain),
                        None => part.to_lowercase().filter(|part| !is_invisible(*part)).for_each(&mut give),
                    }
                }
            }
        },
    }
}

/// The whole text in its plain form.
pub fn plain_text(text: &str) -> String {
    let mut plain_text = String::with_capacity(text.len());
    text.chars().for_each(|c| plain(c, |part| plain_text.push(part)));
    plain_text
}

/// One character for all that are read alike.
fn stand_in(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{2796}'
        | '\u{30fc}'
        | '\u{fe58}'
        | '\u{fe63}' => Some('-'),
        '\u{b7}' | '\u{387}' | '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22c5}' | '\u{30fb}'
        | '\u{ff65}' | '\u{2e31}' | '\u{16eb}' => Some('·'),
        '\u{2024}'..='\u{2026}' => Some('.'),
        _ if is_space(c) => Some(' '),
        _ => digit(c).or_else(|| look_alike(c)),
    }
}

/// Where the ten digits of a script begin.
const ZEROES: [u32; 44] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136,
    0x111d0, 0x11450, 0x114d0, 0x1e950,
];

/// Where circled digits begin that have no compatibility form; their first stands for one.
const CIRCLED_ONES: [u32; 4] = [0x2776, 0x2780, 0x278a, 0x24f5];

fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let of = |begin: u32, least: u32, most: u32| {
        let value = code.checked_sub(begin)?.checked_add(least)?;
        (least..=most).contains(&value).then(|| char::from_digit(value, 10)).flatten()
    };
    if code < 0x660 {
        return None;
    }
    if c == '\u{24ff}' {
        return Some('0');
    }
    let circled = CIRCLED_ONES.iter().find_map(|one| of(*one, 1, 9));
    circled.or_else(|| ZEROES.iter().find_map(|zero| of(*zero, 0, 9)))
}

/// Letters of other scripts that look Latin, and radicals that look like the character they stand for and have no
/// compatibility form.
fn look_alike(c: char) -> Option<char> {
    const PAIRS: [(char, char); 58] = [
        ('а', 'a'),
        ('е', 'e'),
        ('о', 'o'),
        ('р', 'p'),
        ('с', 'c'),
        ('х', 'x'),
        ('у', 'y'),
        ('ѕ', 's'),
        ('і', 'i'),
        ('ј', 'j'),
        ('А', 'a'),
        ('В', 'b'),
        ('Е', 'e'),
        ('К', 'k'),
        ('М', 'm'),
        ('Н', 'h'),
        ('О', 'o'),
        ('Р', 'p'),
        ('С', 'c'),
        ('Т', 't'),
        ('Х', 'x'),
        ('Α', 'a'),
        ('Β', 'b'),
        ('Ε', 'e'),
        ('Η', 'h'),
        ('Κ', 'k'),
        ('Μ', 'm'),
        ('Ν', 'n'),
        ('Ο', 'o'),
        ('Ρ', 'p'),
        ('Τ', 't'),
        ('Χ', 'x'),
        ('ο', 'o'),
        ('χ', 'x'),
        ('⺠', '民'),
        ('⻓', '长'),
        ('⻔', '门'),
        ('⻋', '车'),
        ('⻢', '马'),
        ('⻛', '风'),
        ('⻄', '西'),
        ('⻩', '黄'),
        ('⻘', '青'),
        ('⻨', '麦'),
        ('⻥', '鱼'),
        ('⻦', '鸟'),
        ('⻰', '龙'),
        ('⻁', '虎'),
        ('⻝', '食'),
        ('⻅', '见'),
        ('⻉', '贝'),
        ('⻚', '页'),
        ('⻜', '飞'),
        ('⻙', '韦'),
        ('⻬', '齐'),
        ('⻮', '齿'),
        ('⺟', '母'),
        ('⻣', '骨'),
    ];
    PAIRS.iter().find(|(alike, _)| *alike == c).map(|(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_kind_are_ascii() {
        for text in
            ["１３８", "𝟏𝟑𝟖", "①③⑧", "❶❸❽", "➀➂➇", "١٣٨", "१३८", "1\u{fe0f}\u{20e3}3\u{200b}8", "¹³⁸", "🯱🯳🯸"]
        {
            assert_eq!(plain_text(text), "138", "{text}");
        }
        assert_eq!(plain_text("⓪⓿"), "00");
    }

    #[test]
    fn what_is_read_alike_is_one_character() {
        assert_eq!(plain_text("⼯农路⾦⻓"), "工农路金长");
        assert_eq!(plain_text("阿•・‧·"), "阿····");
        assert_eq!(plain_text("—–−ー"), "----");
        assert_eq!(plain_text("\u{3000}\u{a0}\u{2009}\u{2800}\u{e123}"), "     ");
        assert_eq!(plain_text("ＡХ＠"), "ax@");
        assert_eq!(plain_text("张\u{200d}三\u{3164}"), "张三");
    }

    #[test]
    fn a_direction_is_turned_by_nine_characters() {
        assert_eq!(('\0'..='\u{ffff}').filter(|c| turns_direction(*c)).count(), 9);
        assert!(('\0'..='\u{ffff}').filter(|c| turns_direction(*c)).all(is_invisible));
    }
}
