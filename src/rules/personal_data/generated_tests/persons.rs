//! Names, addresses and births, and how people write them.

use super::spellings::{Half, Random, style};

/// The whole address and the part that leads to the door.
pub fn address(half: Half, random: &mut Random) -> (String, String) {
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

pub fn birth(half: Half, random: &mut Random) -> (String, String) {
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

pub const SURNAMES: &[&str] =
    &["王", "李", "张", "刘", "陈", "欧阳", "杨", "赵", "诸葛", "周", "司马", "马", "高", "覃", "翟", "仇"];
const GIVEN: &[&str] = &[
    "建国", "小明", "芳", "伟", "秀英", "志强", "玉兰", "丽", "家和", "天佑", "一鸣", "海燕", "国庆", "军",
    "思远", "雨桐",
];

pub fn plain_name(random: &mut Random) -> String {
    let (surname, given) = (random.one(SURNAMES), random.one(GIVEN));
    format!("{surname}{given}")
}

pub fn name(half: Half, random: &mut Random) -> String {
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
