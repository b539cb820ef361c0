//! Every mail in every language, with strict values.

use serde_json::{Map, Value as Json};

use super::*;
use crate::rules::vocabulary::AlarmLevel;

fn site() -> Site {
    Site { name_zh: "回音".into(), name_en: "Huiyin".into(), portal_url: "https://city.example.cn".into() }
}

fn texts() -> MailTexts {
    MailTexts::load(site(), None).unwrap()
}

fn fields(content: &NoticeContent) -> Map<String, Json> {
    let mut fields = serde_json::to_value(content).unwrap().as_object().unwrap().clone();
    fields.remove("kind");
    fields
}

#[test]
fn every_mail_reads_in_every_language_and_tells_everything_it_is_given() {
    let texts = texts();
    for (kind, locale) in NoticeKind::ALL.iter().flat_map(|kind| Locale::ALL.iter().map(move |l| (*kind, *l)))
    {
        for example in examples(kind) {
            let mail = texts.write(&example, locale).unwrap();
            assert!(!mail.subject.contains('\n') && !mail.subject.is_empty(), "{kind} {locale}");
            for part in [&mail.text, &mail.html] {
                assert!(part.contains("2026") || part.contains("2027"), "{kind} {locale}: {part}");
                assert!(!part.contains("{{") && !part.contains("none "), "{kind} {locale}: {part}");
            }
            let given = fields(&example);
            for missing in given.keys() {
                let mut fewer = given.clone();
                fewer.remove(missing);
                let written = texts.0.render(kind.as_str(), locale, &fewer);
                assert!(written.is_err(), "{kind} {locale} never says {missing}");
            }
        }
    }
}

#[test]
fn what_may_be_absent_is_told_when_it_is_there() {
    let texts = texts();
    for (kind, locale) in NoticeKind::ALL.iter().flat_map(|kind| Locale::ALL.iter().map(move |l| (*kind, *l)))
    {
        let examples = examples(kind);
        let (least, most) = (examples.first().unwrap(), examples.last().unwrap());
        let full = texts.write(most, locale).unwrap();
        for (name, value) in fields(most) {
            let mut less = fields(most);
            let absent = fields(least)[&name].clone();
            if absent == value || less.insert(name.clone(), absent).is_none() {
                continue;
            }
            let told = texts.0.render(kind.as_str(), locale, &less).unwrap();
            assert!(told.text != full.text && told.html != full.html, "{kind} {locale} hides {name}");
        }
    }
}

#[test]
fn a_chinese_receipt_reads_well() {
    let receipt = NoticeContent::Receipt {
        reference: "HY-2026-0918-00042-7".into(),
        reply_due_on: Some("2026-09-25".parse().unwrap()),
    };
    let mail = texts().write(&receipt, Locale::ZhCn).unwrap();
    assert_eq!(mail.subject, "【回音】已收到您的来信（HY-2026-0918-00042-7）");
    assert!(
        mail.text.starts_with("您好：\n\n您的来信已收到，编号为 HY-2026-0918-00042-7。\n"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("我们将在 2026年9月25日（含当日）前答复您。"), "{}", mail.text);
    assert!(mail.html.contains("<html lang=\"zh-CN\">"), "{}", mail.html);
    let mail = texts().write(&receipt, Locale::ZhHant).unwrap();
    assert!(mail.text.contains("我們將在 2026年9月25日（含當日）前答覆您。"), "{}", mail.text);
    assert!(mail.html.contains("<html lang=\"zh-Hant\">"), "{}", mail.html);
}

#[test]
fn an_alarm_names_its_level_and_its_department_in_the_readers_language() {
    let texts = texts();
    let example = examples(NoticeKind::Alarm).into_iter().find(|content| {
        let NoticeContent::Alarm(item) = content else { return false };
        item.level == AlarmLevel::L2 && item.department.is_some()
    });
    let (zh, en) = (Locale::ZhCn, Locale::En);
    let example = example.unwrap();
    assert_eq!(texts.write(&example, zh).unwrap().subject, "【超期督办】工单 HY-2026-0918-00042-7（住建局）");
    let en = texts.write(&example, en).unwrap();
    assert_eq!(en.subject, "[Overdue] HY-2026-0918-00042-7 (Housing Office)");
    assert!(en.text.contains("Due: 18 September 2026"));
    let desk = examples(NoticeKind::Alarm).remove(0);
    assert!(texts.write(&desk, zh).unwrap().subject.ends_with("（受理台）"));
}

#[test]
fn a_value_cannot_become_markup() {
    let sent = NoticeContent::TransferredOut {
        reference: "R".into(),
        recipient: "<script>alert(1)</script>".into(),
        contact: None,
    };
    let mail = texts().write(&sent, Locale::ZhCn).unwrap();
    assert!(!mail.html.contains("<script>"), "{}", mail.html);
    assert!(mail.text.contains("<script>"), "plain text stays plain");
}

#[test]
fn an_operators_file_replaces_ours_and_a_wrong_one_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("en")).unwrap();
    let subject = folder.path().join("en/declined.subject");
    std::fs::write(&subject, "No: {{ reference }}").unwrap();
    let texts = MailTexts::load(site(), Some(folder.path())).unwrap();
    let declined = NoticeContent::Declined { reference: "R".into() };
    assert_eq!(texts.write(&declined, Locale::En).unwrap().subject, "No: R");

    std::fs::write(&subject, "No: {{ refrence }}").unwrap();
    assert!(MailTexts::load(site(), Some(folder.path())).is_err());
}
