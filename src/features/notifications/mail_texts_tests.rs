//! Every mail in every language, with strict values.

use serde_json::{Map, Value as Json};

use super::super::site::Pages;
use super::*;
use crate::features::notices::NoticeKind;
use crate::rules::vocabulary::AlarmLevel;

fn site() -> Site {
    let portal = Pages { url: "https://city.example.cn".into(), ticket_path: "/letters/{reference}".into() };
    let desk = Pages { url: "https://desk.example.cn".into(), ticket_path: "/tickets/{reference}".into() };
    Site { name: "回音".into(), name_en: "Huiyin".into(), portal, desk, ..Site::default() }
}

fn texts() -> MailTexts {
    MailTexts::new(site())
}

fn fields(content: &NoticeContent) -> Map<String, Json> {
    let mut fields = serde_json::to_value(content).unwrap().as_object().unwrap().clone();
    fields.remove("kind");
    fields
}

/// The same notice with one field that says something else, if such a notice can be.
fn changed(content: &NoticeContent, field: &str, value: Json) -> Option<NoticeContent> {
    let mut changed = serde_json::to_value(content).unwrap();
    changed.as_object_mut().unwrap().insert(field.to_owned(), value);
    serde_json::from_value(changed).ok()
}

/// Another value of the same type.
fn another(value: &Json) -> Json {
    match value {
        Json::String(text) => match text.parse::<NaiveDate>() {
            Ok(day) => day.succ_opt().unwrap().to_string().into(),
            Err(_) => format!("{text}X").into(),
        },
        Json::Number(number) => (number.as_i64().unwrap() + 1).into(),
        Json::Bool(is) => (!is).into(),
        Json::Object(_) => serde_json::json!({"zh": "X", "en": "X"}),
        Json::Array(_) | Json::Null => Json::Array(Vec::new()),
    }
}

/// Every kind in every language.
fn all() -> impl Iterator<Item = (NoticeKind, Locale)> {
    NoticeKind::ALL.iter().flat_map(|kind| Locale::ALL.iter().map(move |locale| (*kind, *locale)))
}

#[test]
fn every_mail_reads_in_every_language_and_tells_everything_it_is_given() {
    let texts = texts();
    for (kind, locale) in all() {
        for example in NoticeContent::examples(kind) {
            let mail = texts.write(&example, locale);
            assert!(!mail.subject.contains('\n') && !mail.subject.is_empty(), "{kind} {locale}");
            for part in [&mail.subject, &mail.text, &mail.html] {
                assert!(!part.contains("{$") && !part.contains("mail-") && !part.contains("mail_"), "{part}");
                assert!(!part.contains("none ") && !part.contains("true"), "{kind} {locale}: {part}");
            }
            for (field, value) in fields(&example) {
                let Some(other) = changed(&example, &field, another(&value)) else { continue };
                let told = texts.write(&other, locale);
                let is_told = other == example || (told.text != mail.text && told.html != mail.html);
                assert!(is_told, "{kind} {locale} never says {field}");
            }
        }
    }
}

#[test]
fn what_may_be_absent_is_told_when_it_is_there() {
    let texts = texts();
    for (kind, locale) in all() {
        let examples = NoticeContent::examples(kind);
        let (least, most) = (examples.first().unwrap(), examples.last().unwrap());
        let full = texts.write(most, locale);
        for (name, absent) in fields(least) {
            let Some(less) = changed(most, &name, absent).filter(|less| less != most) else { continue };
            let told = texts.write(&less, locale);
            assert!(told.text != full.text && told.html != full.html, "{kind} {locale} hides {name}");
        }
    }
}

#[test]
fn notices_that_differ_read_differently() {
    let texts = texts();
    for (kind, locale) in all() {
        let examples = NoticeContent::examples(kind);
        let said: std::collections::BTreeSet<String> =
            examples.iter().map(|example| texts.write(example, locale).text).collect();
        let distinct =
            examples.iter().enumerate().filter(|(at, one)| !examples.iter().take(*at).any(|o| o == *one));
        assert_eq!(said.len(), distinct.count(), "{kind} {locale}");
    }
}

#[test]
fn a_link_leads_to_the_letter_and_there_is_none_without_pages() {
    let answered = NoticeContent::ReplySent { reference: "R-1".into(), rate_by_on: None };
    let mail = texts().write(&answered, Locale::En);
    assert!(
        mail.text.contains("at https://city.example.cn/letters/R-1 with your reference"),
        "{}",
        mail.text
    );
    let link = "<a href=\"https://city.example.cn/letters/R-1\">https://city.example.cn/letters/R-1</a>";
    assert!(mail.html.contains(link), "{}", mail.html);
    let alarm = NoticeContent::examples(NoticeKind::Alarm).remove(0);
    let desk = texts().write(&alarm, Locale::En).text;
    assert!(desk.contains("https://desk.example.cn/tickets/HY-2026-0918-00042-7"), "{desk}");
    for kind in NoticeKind::ALL {
        for example in NoticeContent::examples(*kind) {
            let mail = MailTexts::new(Site::default()).write(&example, Locale::ZhCn);
            assert!(!mail.text.contains("http") && !mail.html.contains("href"), "{kind}: {}", mail.text);
        }
    }
}

#[test]
fn a_chinese_receipt_reads_well() {
    let receipt = NoticeContent::Receipt {
        reference: "HY-2026-0918-00042-7".into(),
        reply_due_on: Some("2026-09-25".parse().unwrap()),
    };
    let mail = texts().write(&receipt, Locale::ZhCn);
    assert_eq!(mail.subject, "【回音】已收到您的来信（HY-2026-0918-00042-7）");
    assert!(
        mail.text.starts_with("您好：\n\n您的来信已收到，编号为 HY-2026-0918-00042-7。\n"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("我们将在 2026年9月25日（含当日）前答复您。"), "{}", mail.text);
    assert!(mail.html.contains("<html lang=\"zh-CN\">"), "{}", mail.html);
    let mail = texts().write(&receipt, Locale::ZhHant);
    assert!(mail.text.contains("我們將在 2026年9月25日（含當日）前答覆您。"), "{}", mail.text);
    assert!(mail.html.contains("<html lang=\"zh-Hant\">"), "{}", mail.html);
}

#[test]
fn an_alarm_names_its_level_and_its_department_in_the_readers_language() {
    let texts = texts();
    let example = NoticeContent::examples(NoticeKind::Alarm).into_iter().find(|content| {
        let NoticeContent::Alarm(item) = content else { return false };
        item.level == AlarmLevel::L2 && item.department.is_some()
    });
    let (zh, en) = (Locale::ZhCn, Locale::En);
    let example = example.unwrap();
    assert_eq!(texts.write(&example, zh).subject, "【超期督办】工单 HY-2026-0918-00042-7（住建局）");
    let en = texts.write(&example, en);
    assert_eq!(en.subject, "[Overdue] HY-2026-0918-00042-7 (Housing Office)");
    assert!(en.text.contains("Due: 18 September 2026"));
    let desk = NoticeContent::examples(NoticeKind::Alarm).remove(0);
    assert!(texts.write(&desk, zh).subject.ends_with("（受理台）"));
}

#[test]
fn a_value_cannot_become_markup() {
    let sent = NoticeContent::TransferredOut {
        reference: "R".into(),
        recipient: "<script>alert(1)</script>".into(),
        contact: None,
    };
    let mail = texts().write(&sent, Locale::ZhCn);
    assert!(!mail.html.contains("<script>"), "{}", mail.html);
    assert!(mail.text.contains("<script>"), "plain text stays plain");
}

#[test]
fn an_alarm_tells_the_title_of_the_letter_and_each_line_of_a_digest_leads_to_its_ticket() {
    let texts = texts();
    for kind in [NoticeKind::Alarm, NoticeKind::AlarmDigest] {
        for locale in [Locale::ZhCn, Locale::En] {
            let mail = texts.write(NoticeContent::examples(kind).last().unwrap(), locale);
            for part in [&mail.text, &mail.html] {
                assert!(part.contains("路灯不亮"), "{kind}: {part}");
                assert!(
                    part.contains("https://desk.example.cn/tickets/HY-2026-0918-00042-7"),
                    "{kind}: {part}"
                );
            }
        }
    }
}
