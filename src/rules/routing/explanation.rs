//! Why a matter goes where it goes, in words.

use super::{Basis, City, Named, Origin, RoutingRule};
use crate::rules::vocabulary::{Channel, Kind};

/// A sentence in the two languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A fulfilled condition in the two languages.
type Part = (String, String);

/// Such as "Matched rule 12: category Heating, area Chengguan Subdistrict".
pub(super) fn of_rule(rule: &RoutingRule, keyword: Option<&str>, city: &impl City) -> Explanation {
    let category =
        rule.category.as_deref().map(|code| place("类别", "category", code, city.category_name(code)));
    let area = rule.area.as_deref().map(|code| place("地区", "area", code, city.area_name(code)));
    let keyword = keyword.map(|word| (format!("关键词“{word}”"), format!("keyword {word}")));
    let kind = rule.kind.map(|kind| (format!("诉求类型“{}”", kind_zh(kind)), format!("kind {kind}")));
    let channel =
        rule.channel.map(|channel| (format!("渠道“{}”", channel_zh(channel)), format!("channel {channel}")));
    let parts: Vec<Part> = [category, area, keyword, kind, channel].into_iter().flatten().collect();
    matched(rule, &parts)
}

fn matched(rule: &RoutingRule, parts: &[Part]) -> Explanation {
    let (rule_zh, rule_en) = match rule.origin {
        Origin::Configured => ("规则", "rule"),
        Origin::Precedent => ("先例规则", "precedent rule"),
    };
    let number = rule.number;
    if parts.is_empty() {
        return Explanation {
            zh: format!("匹配{rule_zh}{number}：适用于全部诉求"),
            en: format!("Matched {rule_en} {number}, which holds for everything"),
        };
    }
    let zh: Vec<&str> = parts.iter().map(|(zh, _)| zh.as_str()).collect();
    let en: Vec<&str> = parts.iter().map(|(_, en)| en.as_str()).collect();
    Explanation {
        zh: format!("匹配{rule_zh}{number}：{}", zh.join("，")),
        en: format!("Matched {rule_en} {number}: {}", en.join(", ")),
    }
}

/// What the default department or the triage queue rests on.
pub(super) fn without_rule(basis: Basis, category: &str, city: &impl City) -> Explanation {
    let (zh, en) = place("类别", "category", category, city.category_name(category));
    match basis {
        Basis::Rule | Basis::DefaultDepartment => Explanation {
            zh: format!("没有匹配的规则，由{zh}的默认部门承办"),
            en: format!("No rule matched; the default department of {en} answers"),
        },
        Basis::Triage => Explanation {
            zh: format!("没有匹配的规则，{zh}也没有默认部门，转人工分派"),
            en: format!("No rule matched and {en} has no default department; a person decides"),
        },
    }
}

fn place(zh: &str, en: &str, code: &str, name: Option<Named<'_>>) -> Part {
    let name = name.unwrap_or(Named { zh: code, en: code });
    (format!("{zh}“{}”", name.zh), format!("{en} {}", name.en))
}

fn kind_zh(kind: Kind) -> &'static str {
    match kind {
        Kind::MayorLetter => "领导信箱",
        Kind::Inquiry => "咨询",
        Kind::Complaint => "投诉",
        Kind::Suggestion => "建议",
        Kind::ErrorReport => "纠错",
        Kind::InformationRequest => "依申请公开",
    }
}

fn channel_zh(channel: Channel) -> &'static str {
    match channel {
        Channel::Web => "网页",
        Channel::Mobile => "移动端",
        Channel::Hotline => "热线",
        Channel::Mail => "信函邮件",
        Channel::Counter => "窗口",
        Channel::Open311 => "Open311",
        Channel::Upstream => "上级转办",
        Channel::Import => "系统导入",
    }
}
