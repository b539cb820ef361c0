//! Addresses that lead to one door: a building with a unit and a room, a house in a street or village, and what stands
//! behind a word for where somebody lives.

use std::sync::LazyLock;

use regex::Regex;

use super::finding::FindingKind;
use super::reading::{Found, Reading};
use super::words::Cue;
use crate::rules::text::is_cjk;

/// How far an address reaches behind a word for it, and before its house number, in cells.
const LONGEST: usize = 48;

/// A shape, and whether what follows its bare number must not make it a quantity.
struct Shape {
    regex: Option<Regex>,
    ends_bare: bool,
}

static DOORS: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let number = "(?:第?[a-z]?[0-9]{1,5}[a-z]?|第?[一二三四五六七八九十百零〇○两]{1,5}|[甲乙丙丁])";
    let gap = "[ ,、.·/\\n-]{0,2}";
    let building = format!("{number} ?(?:号楼|楼栋|栋楼|栋|幢|座|#楼|#|号院|排|弄|楼)");
    let lettered = "[a-z](?:座|栋|幢|号楼)";
    let unit = format!("(?:{number}|[东西南北中左右]) ?(?:单元|门洞|门|梯)");
    let floor = format!("{number} ?(?:层|楼)");
    let room =
        format!("(?:{number} ?(?:号房|室|房间|房|号)|[东西南北中左右]{{1,2}} ?(?:户|室)|(?:左|右|对)手?门)");
    let bare = "(?:[a-z]?[0-9]{3,4}|[一二三四五六七八九][零〇○一二三四五六七八九十]{2,3})";
    let house = format!("(?:{building}|{lettered})");
    let inner = format!("(?:{house}{gap}(?:{unit}{gap})?(?:{floor}{gap})?|{unit}{gap}(?:{floor}{gap})?)");
    let place = "(?:小区|花园|家园|新村|新城|苑|园|府|庭|湾|里|家属院|家属楼|公寓|社区|居|墅|邸|郡|轩|阁|寓|院|公馆|城|村|庄|宿舍|大厦|国际|名都|广场|期)";
    let district = "(?:[东西南北中a-z0-9一二三四五六七八九]{1,2}[区期])?";
    let village = "(?:村|庄|屯|寨|堡|社区|村委会)";
    let group = format!("(?:第?{number} ?(?:村民小组|小组|组|队|生产队|社|屯))");
    let road = "(?:路|街|巷|弄|大道|胡同|里|道|坊|条)";
    let shapes = [
        (format!("{inner}{room}"), false),
        (format!("{inner}{bare}"), true),
        (format!("{house}{gap}{unit}{gap}{floor}(?:[东西南北中左右]{{1,2}}户?)?"), false),
        (format!("(?:村民|村)小组{number} ?号"), true),
        (
            format!(
                "{place}{district}{gap}[0-9]{{1,3}}[-_/](?:[0-9]{{1,2}}[-_/])?[0-9]{{3,4}}(?: ?[室号户])?"
            ),
            true,
        ),
        ("[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,4} ?[室号户]".to_owned(), false),
        (format!("{building}-?[0-9]{{1,2}}-[0-9]{{3,4}}"), true),
        (format!("{place}{district}{gap}[0-9]{{1,3}}-[0-9]{{1,2}}-[0-9]{{1,4}}"), true),
        (format!("{road}{gap}{number} ?号(?:院)?{gap}(?:(?:{house}|{unit}){gap})*{room}"), false),
        (format!("{road}{gap}{number} ?号(?:院)?{gap}(?:{house}|{unit})"), false),
        (format!("{village}{gap}{group}{gap}(?:门牌)?{number} ?(?:号|户)"), false),
        (format!("{village}{gap}(?:门牌)?{number} ?号"), true),
        (format!("{group}{gap}(?:门牌)?{number} ?号"), true),
        (format!("门牌(?:号码?)?(?:为|是|:| )?{{0,2}}{number} ?号?"), true),
    ];
    let compiled = |(shape, ends_bare): (String, bool)| Shape { regex: Regex::new(&shape).ok(), ends_bare };
    shapes.into_iter().map(compiled).collect()
});

/// Where an address behind a word for it ends at the latest: what tells that it leads to a house.
static HOUSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let number = "(?:[0-9a-z]{1,5}|[一二三四五六七八九十百零〇○两]{1,5}|[甲乙丙丁东西])";
    let shape = format!(
        "{number} ?(?:号楼|号院|号|栋|幢|座|单元|室|房|组|队|社|排|弄|楼|层|户|#|门)(?:[ ,、-]?[0-9]{{3,4}}室?)?|[0-9]{{1,3}}-[0-9]{{1,3}}-[0-9]{{1,4}}"
    );
    Regex::new(&shape).ok()
});

/// Whether every shape could be read.
#[cfg(test)]
pub(super) fn shapes_are_read() -> bool {
    DOORS.iter().all(|shape| shape.regex.is_some()) && HOUSE.is_some()
}

/// Addresses that lead to one door.
pub(super) fn addresses(reading: &Reading<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for shape in DOORS.iter() {
        let Some(regex) = &shape.regex else { continue };
        for place in regex.find_iter(reading.view.text()) {
            let start = reading.view.cell_of_byte(place.start());
            let end = reading.view.cell_of_byte(place.end());
            let beginning = beginning(reading, start);
            let is_counted = shape.ends_bare && counts(reading, end);
            if !is_counted && !is_office_room(reading, beginning, end) {
                found.push(Found::sure(beginning, end, FindingKind::Address));
            }
        }
    }
    for cue in reading.cues.all(Cue::Home) {
        found.extend(home(reading, cue.end));
    }
    found
}

/// Whether what follows makes the number a quantity, a year or the name of something else.
fn counts(reading: &Reading<'_>, end: usize) -> bool {
    let c = reading.view.at(end);
    let goes_on = c.is_ascii_alphanumeric()
        || matches!(c, '%' | '℃')
        || c == '.' && reading.view.at(end + 1).is_ascii_digit();
    goes_on || "年月日元万亿米平方㎡人个次名辆条天时分点期级度克斤吨公千套位件张家线楼井桥路文坝塘库灯杆机组段院厂泵变台站地文令函户幢栋多余左口市".contains(c)
}

/// Whether the room is one of an office.
fn is_office_room(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    let behind = reading.view.rest_of(end, 4);
    let is_named = ["办公", "窗口", "会议", "服务", "接待", "诊室", "柜台", "大厅"]
        .iter()
        .any(|word| behind.starts_with(word));
    let name = reading.view.slice(start, end);
    let is_home = ["家属", "宿舍", "公寓", "小区"].iter().any(|word| name.contains(word));
    is_named || is_office(name) && !is_home
}

/// Where the name of the place before a house number begins.
fn beginning(reading: &Reading<'_>, start: usize) -> usize {
    let belongs = |c: char| (is_cjk(c) || c.is_ascii_alphanumeric()) && !STOPS.contains(c);
    let back = (1..=LONGEST / 2)
        .take_while(|back| start.checked_sub(*back).is_some_and(|cell| belongs(reading.view.at(cell))));
    start - back.count()
}

/// Characters at which the name of a place does not begin.
const STOPS: &str = "在住是为到从的于我您你他她它和与及了把将被对向由去来经过请有叫址地至约持谈";

/// Behind a word for where somebody lives, up to the end of the clause, if it leads to a house.
fn home(reading: &Reading<'_>, cell: usize) -> Option<Found> {
    let view = &reading.view;
    let start = super::cues::behind(view, cell, &["是", "为", "在", "于", "我", "的"], 8);
    let is_end = |c: char| matches!(c, '。' | '?' | '!' | ';' | '\n' | ',' | '(' | super::view::BARRIER);
    let length = (0..LONGEST).take_while(|offset| !is_end(view.at(start + offset))).count();
    let clause = view.slice(start, start + length);
    let house = HOUSE.as_ref()?.find_iter(clause).last()?;
    let end_byte = house.end();
    let is_vague = clause.get(..end_byte).is_some_and(|named| named.contains(['的', '个']));
    if is_vague
        || is_office(clause)
        || house.start() == 0 && !clause.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let end = start + clause.get(..end_byte)?.chars().count();
    Some(Found::sure(start, end, FindingKind::Address))
}

/// Whether the address is that of an office.
fn is_office(clause: &str) -> bool {
    ["大厅", "政府", "中心", "局", "办公", "银行", "公司", "医院", "窗口", "大楼"]
        .iter()
        .any(|word| clause.contains(word))
}
