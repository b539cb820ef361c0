//! Every template in both languages, with strict values.

use super::*;

fn site() -> Site {
    Site { name_zh: "回音".into(), name_en: "Huiyin".into(), portal_url: "https://city.example.cn".into() }
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn every_template_renders_in_both_languages_and_uses_every_value_it_asks_for() {
    let templates = Templates::load(site(), None).unwrap();
    for (template, language) in
        Template::ALL.iter().flat_map(|t| MailLanguage::ALL.iter().map(move |l| (*t, *l)))
    {
        let given = examples(template.values());
        let mail = templates.render(template, language, &given).unwrap();
        assert!(!mail.subject.contains('\n') && !mail.subject.is_empty(), "{template} {language}");
        for part in [&mail.text, &mail.html] {
            assert!(
                part.contains("2026") || template.values() == ["reference"],
                "{template} {language}: {part}"
            );
            assert!(!part.contains("{{"), "{template} {language}: {part}");
        }
        for missing in template.values() {
            let mut fewer = given.clone();
            fewer.remove(*missing);
            assert!(
                templates.render(template, language, &fewer).is_err(),
                "{template} {language} never says {missing}"
            );
        }
        for optional in template.optional_values() {
            let more =
                templates.render(template, language, &examples(&[template.values(), &[optional]].concat()));
            let more = more.unwrap();
            assert!(
                more.text != mail.text && more.html != mail.html,
                "{template} {language} never says {optional}"
            );
        }
    }
}

#[test]
fn a_chinese_receipt_reads_well() {
    let templates = Templates::load(site(), None).unwrap();
    let given = values(&[("reference", "HY-2026-0918-00042-7"), ("reply_due_on", "2026-09-25")]);
    let mail = templates.render(Template::Receipt, MailLanguage::ZhCn, &given).unwrap();
    assert_eq!(mail.subject, "【回音】已收到您的来信（HY-2026-0918-00042-7）");
    assert!(
        mail.text.starts_with("您好：\n\n您的来信已收到，编号为 HY-2026-0918-00042-7。\n"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("我们将在 2026年9月25日（含当日）前答复您。"), "{}", mail.text);
    assert!(mail.html.contains("<html lang=\"zh-CN\">"), "{}", mail.html);
}

#[test]
fn an_alarm_names_its_level_in_the_readers_language() {
    let templates = Templates::load(site(), None).unwrap();
    let given =
        values(&[("reference", "R"), ("level", "l2"), ("due_on", "2026-09-18"), ("department", "住建局")]);
    let zh = templates.render(Template::Alarm, MailLanguage::ZhCn, &given).unwrap();
    let en = templates.render(Template::Alarm, MailLanguage::En, &given).unwrap();
    assert_eq!(zh.subject, "【超期督办】工单 R（住建局）");
    assert_eq!(en.subject, "[Overdue] R (住建局)");
    assert!(en.text.contains("Due: 18 September 2026"));
}

#[test]
fn a_value_cannot_become_markup() {
    let templates = Templates::load(site(), None).unwrap();
    let given = values(&[("reference", "R"), ("recipient", "<script>alert(1)</script>")]);
    let mail = templates.render(Template::TransferredOut, MailLanguage::ZhCn, &given).unwrap();
    assert!(!mail.html.contains("<script>"), "{}", mail.html);
    assert!(mail.text.contains("<script>"), "plain text stays plain");
}

#[test]
fn an_operators_file_replaces_ours_and_a_wrong_one_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("en")).unwrap();
    let subject = folder.path().join("en/no_answer.subject");
    std::fs::write(&subject, "Done: {{ reference }}").unwrap();
    let templates = Templates::load(site(), Some(folder.path())).unwrap();
    let given = values(&[("reference", "R")]);
    assert_eq!(templates.render(Template::NoAnswer, MailLanguage::En, &given).unwrap().subject, "Done: R");

    std::fs::write(&subject, "Done: {{ refrence }}").unwrap();
    assert!(Templates::load(site(), Some(folder.path())).is_err());
}
