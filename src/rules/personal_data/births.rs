//! Days and months of birth.

use std::sync::LazyLock;

use regex::Regex;

use super::finding::FindingKind;
use super::reading::{Found, Reading};

static SHAPES: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
    let written = "[0-9零〇○洞一壹幺二贰两三叁四肆五伍六陆七柒拐八捌九玖勾]";
    let year = format!("(?:(?:18|19|20)[0-9]{{2}}|{written}{{4}}|{written}{{2}})");
    let month = format!("(?:1[0-2]|0?[1-9]|[十正腊冬]{written}?|{written}{{1,2}})");
    let day = format!("(?:[0-3]?[0-9]|[初廿]?{written}{{0,2}}十?{written}{{1,2}}|[初廿二三]?十)");
    let calendar = "(?:农历|阴历|阳历|公历)?";
    let gap = "[ ]{0,2}";
    let in_words =
        format!("{calendar}{year}{gap}年{gap}{calendar}{month}{gap}月(?:份)?(?:{gap}{day}{gap}[日号]?)?");
    let dashed =
        format!("(?:18|19|20)[0-9]{{2}}{gap}[-./_年]{gap}{month}(?:{gap}[-./_月]{gap}{day}[日号]?)?");
    let glued = "(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-3][0-9])?";
    let date = format!("(?:{in_words}|{dashed}|{glued})");
    let of_birth =
        "(?:出生日期|出生年月日|出生年月|出生时间|出生于|出生|生日|生于|诞生于|诞辰|生辰|dob|birthday|birth)";
    let link = "[ :是为在(,-]{0,3}";
    let shapes = [
        format!("{of_birth}{link}({date}|{year}{gap}年)"),
        format!("生日{link}({calendar}{month}{gap}[月.]{gap}{day}[日号]?)"),
        format!("({date}){gap}(?:[)日号]?[ ,]?)(?:出生|生人|生辰|生[^效产活态意源成物存长根命育日气理动])"),
        format!("({date}){gap}生$"),
        format!(
            "[男女](?:性)?[ ,、;:|/.](?:[^ ,、;。]{{1,5}}[ ,、])?{{0,2}}({date}|{year}{gap}年)(?:出?生|生人|[ ,、;。]|$)"
        ),
    ];
    shapes.iter().map(|shape| Regex::new(shape).ok()).collect()
});

/// Whether every shape could be read.
#[cfg(test)]
pub(super) fn shapes_are_read() -> bool {
    SHAPES.iter().all(Option::is_some)
}

/// Days and months of birth.
pub(super) fn births(reading: &Reading<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for shape in SHAPES.iter().flatten() {
        for captures in shape.captures_iter(reading.view.text()) {
            let Some(date) = captures.get(1) else { continue };
            let start = reading.view.cell_of_byte(date.start());
            let end = reading.view.cell_of_byte(date.end());
            found.push(Found::sure(start, end, FindingKind::BirthDate));
        }
    }
    found
}
