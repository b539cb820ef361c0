//! Numbers, addresses of mail and of messengers, and how people spell them.

use super::spellings::{Half, Random, spelled, style};
use crate::rules::check_digits::{identity_check_character, is_luhn};

pub fn mobile_digits(random: &mut Random) -> String {
    let second = random.one(&["3", "5", "7", "8", "9", "6"]);
    let rest = random.digits(9);
    format!("1{second}{rest}")
}

pub fn mobile(half: Half, random: &mut Random) -> String {
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

pub fn identity(half: Half, random: &mut Random) -> String {
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

pub fn bank(half: Half, random: &mut Random) -> String {
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

pub fn mail(half: Half, random: &mut Random) -> String {
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

pub fn plate(half: Half, random: &mut Random) -> String {
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

pub fn document(half: Half, random: &mut Random) -> String {
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

pub fn messenger(half: Half, random: &mut Random) -> String {
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

pub fn landline(half: Half, random: &mut Random) -> String {
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
