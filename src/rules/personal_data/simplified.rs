//! Traditional characters of our words, as Simplified ones: only those, so that every other text stays as it is.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::{
    AFTER_NAMES, BODIES, CUES, DOUBLE_SURNAMES, FILLERS, FORMS_OF_ADDRESS, PLATE_ENDS, PROVINCES,
    PUBLIC_ACCOUNTS, SURNAMES, TITLES, UNITS, WRITTEN_DIGITS,
};
use crate::rules::texts::traditional;

static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let cues = CUES.iter().flat_map(|(_, words)| words.iter());
    let lists = [
        FILLERS,
        PUBLIC_ACCOUNTS,
        UNITS,
        PLATE_ENDS,
        AFTER_NAMES,
        TITLES,
        BODIES,
        &DOUBLE_SURNAMES,
        &FORMS_OF_ADDRESS,
        &WRITTEN_DIGITS,
        &[PROVINCES, SURNAMES, PLACES],
    ];
    let words = cues.chain(lists.into_iter().flatten()).copied();
    let pairs = words.flat_map(|word| {
        let converted = traditional(word);
        let is_as_long = converted.chars().count() == word.chars().count();
        converted.chars().zip(word.chars()).filter(|_| is_as_long).collect::<Vec<_>>()
    });
    pairs.filter(|(traditional, simplified)| traditional != simplified).collect()
});

/// What addresses are made of.
const PLACES: &str = "号楼栋单元室户门层区园苑庄湾东南西北镇乡县县组队街巷岁汉族证龄农历阴阳";

/// The Simplified character, if this is the Traditional one of a word of ours; else itself.
pub(super) fn simplified(c: char) -> char {
    if !matches!(c, '\u{4e00}'..='\u{9fff}') {
        return c;
    }
    SIMPLIFIED.get(&c).copied().unwrap_or(c)
}
