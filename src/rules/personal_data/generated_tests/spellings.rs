//! Values and how people spell them. Every second of each list is held back.

use super::Submitter;
use crate::rules::check_digits::{identity_check_character, is_luhn};

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

    fn digits(&mut self, count: usize) -> String {
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

fn style(half: Half, digits: &str, random: &mut Random) -> String {
    let style: Vec<char> = random.one(&half.of(STYLES)).chars().collect();
    digits.chars().map(|c| c.to_digit(10).map_or(c, |digit| style[digit as usize])).collect()
}

fn grouped(half: Half, digits: &str, groupings: &[&[usize]], random: &mut Random) -> String {
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
fn spelled(half: Half, digits: &str, groupings: &[&[usize]], random: &mut Random) -> String {
    match random.below(4) {
        0 => digits.to_owned(),
        1 => style(half, digits, random),
        _ => grouped(half, digits, groupings, random),
    }
}

fn mobile_digits(random: &mut Random) -> String {
    let second = random.one(&["3", "5", "7", "8", "9", "6"]);
    let rest = random.digits(9);
    format!("1{second}{rest}")
}

fn mobile(half: Half, random: &mut Random) -> String {
    let groupings: &[&[usize]] = &[
        &[3, 4, 4],
        &[3, 8],
        &[4, 3, 4],
        &[1; 11],
        &[3, 3, 5],
        &[7, 4],
        &[2, 2, 2, 2, 2, 1],
        &[1, 2, 2, 2, 2, 2],
        &[4, 4, 3],
        &[3, 2, 2, 2, 2],
        &[5, 6],
        &[6, 5],
    ];
    let digits = mobile_digits(random);
    let prefix =
        random.one(&half.of(&["", "+86", "", "86", "", "0086-", "", "（+86）", "+86 ", "(86)", "", "０"]));
    let number = spelled(half, &digits, groupings, random);
    match random.below(8) {
        0 => format!("{prefix}（{}）{}", &digits[..3], &digits[3..]),
        1 => format!("{prefix}({}){}-{}", &digits[..3], &digits[3..7], &digits[7..]),
        _ => format!("{prefix}{number}"),
    }
}

fn identity(half: Half, random: &mut Random) -> String {
    let division = random.one(&["110105", "612501", "430102", "320583", "510104", "830000", "440305"]);
    let (year, month, day) = (1940 + random.below(70), 1 + random.below(12), 1 + random.below(28));
    let date = format!("{year}{month:02}{day:02}");
    let serial = random.digits(3);
    let digits = format!("{division}{date}{serial}");
    let mut last = identity_check_character(&digits).unwrap();
    if random.below(6) == 0 {
        last = if last == '3' { '4' } else { '3' };
    }
    let number = match random.below(6) {
        0 => format!("{division}{}{serial}", &date[2..]),
        _ => format!("{digits}{last}"),
    };
    let number = match random.below(3) {
        0 => number.to_lowercase(),
        1 => number.replace('X', "Ｘ"),
        _ => number,
    };
    let groupings: &[&[usize]] = &[
        &[6, 8, 4],
        &[6, 4, 4, 4],
        &[3, 3, 4, 4, 4],
        &[4, 4, 4, 4, 2],
        &[6, 12],
        &[14, 4],
        &[3; 6],
        &[1; 18],
        &[2; 9],
        &[6, 4, 2, 2, 4],
    ];
    spelled(half, &number, groupings, random)
}

fn bank(half: Half, random: &mut Random) -> String {
    let prefix = random.one(&["6222", "6217", "6228", "6225", "6013", "6212"]);
    let length = random.one(&[16, 19, 17, 18]);
    let body = format!("{prefix}{}", random.digits(length - 5));
    let last = (0..10).map(|digit| format!("{body}{digit}")).find(|number| is_luhn(number)).unwrap();
    let groupings: &[&[usize]] = &[
        &[4, 4, 4, 4, 3],
        &[4, 4, 4, 4],
        &[6, 13],
        &[5, 5, 5, 4],
        &[4; 5],
        &[1; 19],
        &[2; 10],
        &[8, 8, 3],
        &[3; 7],
        &[6, 6, 7],
    ];
    spelled(half, &last, groupings, random)
}

fn mail(half: Half, random: &mut Random) -> String {
    let local = random.one(&[
        "zhangsan",
        "li.hua88",
        "wang_wu-1",
        "a13800138000",
        "19880808",
        "xiaoming",
        "x+tag",
        "ZhangSan",
    ]);
    let domain = random.one(&half.of(&[
        "qq.com",
        "163.com",
        "gmail.com",
        "126.com",
        "mail.example.com.cn",
        "sina.cn",
        "outlook.com",
        "foxmail.com",
        "my-company.co",
        "139.com",
        "例子.中国",
        "yeah.net",
        "x.edu.cn",
        "example.中国",
        "dept.example.org",
        "icloud.com",
        "foo.museum",
        "vip.sina.com",
    ]));
    let at = random.one(&half.of(&[
        "@",
        "＠",
        "@",
        "(at)",
        " @ ",
        "[at]",
        "@ ",
        "（at）",
        "﹫",
        " at ",
        "#",
        "艾特",
        "_at_",
        "{at}",
        "@\u{200b}",
        "【at】",
        " @",
        " (at) ",
    ]));
    let dot = random.one(&half.of(&[
        ".",
        "．",
        ".",
        "。",
        "[dot]",
        "(dot)",
        " . ",
        "点",
        "·",
        " dot ",
        ". ",
        "【点】",
        "（dot）",
        " .",
        ".\u{200b}",
        "・",
    ]));
    let is_plain_sign = matches!(at, "#" | "艾特");
    let domain = if is_plain_sign { "qq.com" } else { domain };
    format!("{local}{at}{}", domain.replace('.', dot))
}

fn plate(half: Half, random: &mut Random) -> String {
    let province = random.one(&["陕", "京", "粤", "湘", "沪", "贵", "新", "蒙"]);
    let letter = random.one(&["A", "B", "H", "C", "E"]);
    let body = match random.below(5) {
        0 => format!("D{}", random.digits(5)),
        1 => format!("{}F", random.digits(5)),
        2 => format!("{}K{}", random.digits(2), random.digits(2)),
        3 => format!("{}警", random.digits(4)),
        _ => random.digits(5),
    };
    let spell = random.below(9);
    let gap = random
        .one(&half.of(&["·", " ", "-", ".", "•", "・", "　", "_", "\u{200b}", "—", "‧", "  ", "*", "/"]));
    let spread: Vec<String> = format!("{letter}{body}").chars().map(String::from).collect();
    match spell {
        0 => format!("{province}{}", spread.join(gap)),
        1 => format!("{province}{gap}{letter}{body}"),
        2 => format!("{province}{}{body}", letter.to_lowercase()),
        3 => random
            .one(&half.of(&[
                "WJ陕12345",
                "军A·12345",
                "WJ01-12345",
                "空B 12345",
                "WJ京1234X",
                "海C12345",
                "北K12345",
                "南A·54321",
            ]))
            .to_owned(),
        4 => style(Half::Known, &format!("{province}{letter}{}", random.digits(5)), random).replace('o', "0"),
        5 => format!("{province} {letter} {body}"),
        _ => format!("{province}{letter}{gap}{body}"),
    }
}

fn document(half: Half, random: &mut Random) -> String {
    let digits = random.digits(8);
    let shapes: [String; 12] = [
        format!("E{digits}"),
        format!("G{digits}"),
        format!("EA{}", &digits[..7]),
        format!("EB{}", &digits[..7]),
        format!("C{digits}"),
        format!("e{digits}"),
        format!("H{digits}12"),
        format!("CA{}", &digits[..7]),
        format!("E {digits}"),
        format!("Ｅ{digits}"),
        format!("P{digits}"),
        format!("S{digits}"),
    ];
    let shapes: Vec<&str> = shapes.iter().map(String::as_str).collect();
    random.one(&half.of(&shapes)).to_owned()
}

fn messenger(half: Half, random: &mut Random) -> String {
    let digits = random.digits(4);
    let shapes = [
        format!("zhangsan{digits}"),
        format!("wxid_{digits}ab"),
        format!("li_hua-{digits}"),
        format!("ZhangSan_{digits}"),
        "xiaoming".to_owned(),
        format!("abc{digits}xyz"),
        format!("a{digits}b{digits}"),
        format!("z{digits}{digits}"),
        "wang_xiaoming".to_owned(),
        format!("{digits}abc"),
        format!("Lucky-{digits}"),
        "zhangsanfeng".to_owned(),
        format!("QQ{digits}1234"),
        format!("ｗｘ{digits}ａ"),
    ];
    let shapes: Vec<&str> = shapes.iter().map(String::as_str).collect();
    random.one(&half.of(&shapes)).to_owned()
}

/// The whole address and the part that leads to the door.
fn address(half: Half, random: &mut Random) -> (String, String) {
    let place = random.one(&half.of(&[
        "幸福小区",
        "阳光花园",
        "城东新村",
        "锦绣家园",
        "工农路12号",
        "金水湾",
        "棉纺厂家属院",
        "滨江一号院",
        "龙湖国际",
        "云溪公寓",
        "解放路88号",
        "御景苑",
    ]));
    let village = random.one(&half.of(&["张家村", "望河村", "李家庄村", "东风社区", "石桥村"]));
    let doors = random.one(&half.of(&[
        "3号楼2单元501室",
        "12栋1单元302",
        "3号楼501室",
        "5幢2单元1201",
        "三号楼二单元五零一室",
        "3-2-501",
        "A座1801",
        "7栋东单元402室",
        "８号楼３单元６０１",
        "3#楼2单元501",
        "2单元4楼西户",
        "十二栋三单元二楼东户",
        "9号楼1门301",
        "1栋1102室",
        "6号楼三单元102",
        "3号楼 2单元 501室",
        "15幢601室",
        "2排3号",
    ]));
    let groups = random.one(&half.of(&[
        "三组12号",
        "2组5号",
        "第五村民小组8号",
        "一组三号",
        "12号",
        "3队6号",
        "四组门牌21号",
        "5组18号",
    ]));
    if random.below(4) == 0 {
        return (format!("{village}{groups}"), groups.to_owned());
    }
    (format!("{place}{doors}"), doors.to_owned())
}

fn birth(half: Half, random: &mut Random) -> (String, String) {
    let (year, month, day) = (1940 + random.below(75), 1 + random.below(12), 1 + random.below(28));
    let (y, m, d) = (year.to_string(), month.to_string(), day.to_string());
    let date = random.one(&half.of(&[
        "Y年M月D日",
        "Y-M-D",
        "Y年M月",
        "Y.M.D",
        "Y年M月D号",
        "Y/M/D",
        "YZZ",
        "Y.M",
        "Y 年 M 月 D 日",
        "Y年农历M月D",
    ]));
    let padded = format!("{month:02}{day:02}");
    let date = date.replace('Y', &y).replace("ZZ", &padded).replace('M', &m).replace('D', &d);
    let written = style(half, &date, random);
    let date =
        if random.below(4) == 0 && !date.contains("农历") && date.contains('年') { written } else { date };
    let frame = random.one(&half.of(&[
        "出生日期：{}",
        "{}出生",
        "出生于{}",
        "生于{}",
        "生日{}",
        "出生年月{}",
        "{}生",
        "出生日期为{}",
        "生日是{}",
        "{}生人",
    ]));
    (frame.replace("{}", &date), date)
}

const SURNAMES: &[&str] =
    &["王", "李", "张", "刘", "陈", "欧阳", "杨", "赵", "诸葛", "周", "司马", "马", "高", "覃", "翟", "仇"];
const GIVEN: &[&str] = &[
    "建国", "小明", "芳", "伟", "秀英", "志强", "玉兰", "丽", "家和", "天佑", "一鸣", "海燕", "国庆", "军",
    "思远", "雨桐",
];

fn plain_name(random: &mut Random) -> String {
    let (surname, given) = (random.one(SURNAMES), random.one(GIVEN));
    format!("{surname}{given}")
}

fn name(half: Half, random: &mut Random) -> String {
    let plain = plain_name(random);
    let minority = random.one(&half.of(&[
        "阿布都热西提·买买提",
        "古丽•阿依木",
        "扎西・次仁",
        "买买提‧艾力",
        "卓玛·央金",
        "帕提古丽·吐尔逊",
    ]));
    let spaced: Vec<String> = plain.chars().map(String::from).collect();
    match random.below(6) {
        0 => minority.to_owned(),
        1 => spaced.join(random.one(&half.of(&[" ", "　", "\u{200b}", "\u{a0}"]))),
        2 => crate::rules::texts::traditional(&plain),
        _ => plain,
    }
}

fn landline(half: Half, random: &mut Random) -> String {
    let (area, local) = random.one(&[("0914", 7), ("029", 8), ("010", 8), ("0731", 8)]);
    let first = random.one(&["2", "6", "8"]);
    let local = format!("{first}{}", random.digits(local - 1));
    let (head, tail) = local.split_at(local.len() - 4);
    random
        .one(&half.of(&[
            "A-L", "AL", "(A)L", "A L", "A-H-T", "（A）L", "A H T", "A—L", "+86-A-L", "A.L", "A－L", "A　L",
            "A_L", "A/L",
        ]))
        .replace('A', area)
        .replace('L', &local)
        .replace('H', head)
        .replace('T', tail)
}

fn own(kind: &str, half: Half, random: &mut Random) -> Value {
    let mut submitter = Submitter::default();
    let text = match kind {
        "own_name" => {
            let name = plain_name(random);
            let double = SURNAMES.iter().any(|s| s.chars().count() == 2 && name.starts_with(*s));
            let surname: String = name.chars().take(if double { 2 } else { 1 }).collect();
            let spaced: Vec<String> = name.chars().map(String::from).collect();
            let shapes = [
                name.clone(),
                spaced.join(" "),
                format!("{surname}先生"),
                spaced.join("　"),
                spaced.join("·"),
                format!("{surname}女士"),
                crate::rules::texts::traditional(&name),
                spaced.join("\u{200b}"),
                format!("{surname} 先生"),
                spaced.join("-"),
                format!("{surname}小姐"),
                spaced.join("."),
            ];
            submitter.name = Some(name);
            let shapes: Vec<&str> = shapes.iter().map(String::as_str).collect();
            let minority = [
                ("阿布都热西提·买买提", "阿布都热西提•买买提"),
                ("古丽·阿依木", "古丽・阿依木"),
                ("扎西·次仁", "扎西‧次仁"),
                ("阿布都热西提·买买提", "阿布都热西提"),
            ];
            if random.below(4) == 0 {
                let (own, spelled) = random.one(&half.of(&minority));
                submitter.name = Some(own.to_owned());
                spelled.to_owned()
            } else {
                random.one(&half.of(&shapes)).to_owned()
            }
        }
        "own_phone" => {
            let digits = mobile_digits(random);
            submitter.phone = Some(digits.clone());
            let groupings: &[&[usize]] =
                &[&[3, 4, 4], &[2; 6], &[3, 8], &[1; 11], &[4, 4, 3], &[3, 2, 2, 2, 2], &[5, 6], &[4, 7]];
            spelled(half, &digits, groupings, random)
        }
        _ => {
            submitter.address = Some("云溪市望河区工农路12号金水湾3号楼2单元501室".to_owned());
            random
                .one(&half.of(&[
                    "工农路12号金水湾3号楼2单元501室",
                    "金水湾3号楼2单元501",
                    "⼯农路12号⾦⽔湾3号楼",
                    "3号楼2单元501室",
                    "工农路 12号 金水湾 3号楼",
                    "工农路１２号",
                    "望河区工农路十二号金水湾三号楼二单元五〇一室",
                    "金水湾３号楼２单元",
                    "工农路12号，金水湾3号楼，2单元，501室",
                    "工农路12号金水湾",
                ]))
                .to_owned()
        }
    };
    Value { must: text.clone(), text, submitter: Some(submitter) }
}

/// A value of a kind, spelled in one of the ways of a half.
pub fn value(kind: &str, half: Half, random: &mut Random) -> Value {
    let whole = |text: String| Value { must: text.clone(), text, submitter: None };
    let part = |(text, must): (String, String)| Value { text, must, submitter: None };
    match kind {
        "mobile" => whole(mobile(half, random)),
        "identity" => whole(identity(half, random)),
        "bank" => whole(bank(half, random)),
        "mail" => whole(mail(half, random)),
        "plate" => whole(plate(half, random)),
        "document" => whole(document(half, random)),
        "messenger" => whole(messenger(half, random)),
        "address" => part(address(half, random)),
        "birth" => part(birth(half, random)),
        "name" => whole(name(half, random)),
        "name_sex" => {
            let name = plain_name(random);
            let frame =
                random.one(&half.of(&["{}，男，", "{}（女，", "{},男,", "{}、女、", "{} 男 ", "{}，女，"]));
            Value { text: frame.replace("{}", &name), must: name, submitter: None }
        }
        "landline" => whole(landline(half, random)),
        own_kind => own(own_kind, half, random),
    }
}

/// The number of an office, as offices write it.
pub fn official_number(random: &mut Random) -> String {
    let local = format!("{}{}", random.one(&["2", "3", "8"]), random.digits(6));
    match random.below(7) {
        0 => format!("0914-{local}"),
        1 => local,
        2 => format!("（0914）{local}"),
        3 => random.one(&["12345", "110", "12333", "12329", "96118", "95598", "12315"]).to_owned(),
        4 => format!("400-{}-{}", random.digits(3), random.digits(4)),
        5 => format!("029-8{}", random.digits(7)),
        _ => format!("0914-{}-{}", &local[..3], &local[3..]),
    }
}

/// A letter of harmless sentences.
pub fn ordinary_letter(random: &mut Random, sentences: &[&str]) -> String {
    (0..4 + random.below(8)).map(|_| random.one(sentences)).collect()
}
