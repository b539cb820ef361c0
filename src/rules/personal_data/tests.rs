//! What is personal and what only looks like it: by table, by property, and on real letters.

use proptest::prelude::*;

use super::*;

fn in_part(part: Part, text: &str) -> Vec<(FindingKind, String)> {
    let chars: Vec<char> = text.chars().collect();
    let found = find(text, &Context { part, submitter: None, officials: None });
    found.into_iter().map(|f| (f.kind, chars[f.start..f.end].iter().collect())).collect()
}

fn question(text: &str) -> Vec<(FindingKind, String)> {
    in_part(Part::Question, text)
}

fn only(kind: FindingKind, found: &str) -> Vec<(FindingKind, String)> {
    vec![(kind, found.to_owned())]
}

fn zhang() -> Submitter {
    Submitter {
        name: Some("张小三".into()),
        phone: Some("+86 139-1234-5678".into()),
        mail: Some("Zhang@Example.com".into()),
        address: Some("商洛市商州区工农路12号3单元501室".into()),
        identity_number: None,
    }
}

fn of_zhang(text: &str) -> Vec<(FindingKind, String)> {
    let chars: Vec<char> = text.chars().collect();
    let submitter = zhang();
    let found = find(text, &Context { part: Part::Answer, submitter: Some(&submitter), officials: None });
    found.into_iter().map(|f| (f.kind, chars[f.start..f.end].iter().collect())).collect()
}

#[test]
fn every_shape_compiles() {
    assert!(addresses::shapes_are_read() && births::shapes_are_read());
}

#[test]
fn mobiles_are_found_however_they_are_written() {
    for mobile in [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "+86-138-0013-8000",
        "8613800138000",
        "１３８００１３８０００",
        "138 00138000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "19912345678",
        "138—0013—8000",
        "(86)13800138000",
    ] {
        let found = question(&format!("请打我电话{mobile}，谢谢"));
        assert_eq!(found.len(), 1, "{mobile}: {found:?}");
        assert_eq!(found[0].0, FindingKind::Mobile, "{mobile}");
        assert!(mobile.ends_with(&found[0].1), "{mobile}: {}", found[0].1);
    }
    assert_eq!(in_part(Part::Answer, "请联系13800138000。"), only(FindingKind::Mobile, "13800138000"));
    assert_eq!(question("29#楼 13800138000 30#楼").len(), 1);
    assert_eq!(question("13800138000/13900139000 13700137000").len(), 3);
}

#[test]
fn identity_numbers_need_a_date_and_a_check_digit() {
    for number in [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
    ] {
        assert_eq!(question(&format!("身份证{number}。")), only(FindingKind::IdentityNumber, number));
    }
    assert_eq!(question("证号110105491231002"), only(FindingKind::IdentityNumber, "110105491231002"));
    // A wrong check character makes it doubtful, an impossible day makes it none.
    let context = Context { part: Part::Question, submitter: None, officials: None };
    for doubtful in ["110105194912310021", "110105194912310020", "11010519491231003X"] {
        let found = find(&format!("身份证{doubtful}"), &context);
        assert_eq!(found.len(), 1, "{doubtful}");
        assert_eq!((found[0].kind, found[0].confidence), (FindingKind::IdentityNumber, Confidence::Low));
    }
    assert_eq!(find("身份证11010519491231002X", &context)[0].confidence, Confidence::High);
    for no_number in ["110105199913310025", "110105991331002", "D611025108202001"] {
        assert_eq!(question(no_number), [], "{no_number}");
    }
}

#[test]
fn bank_cards_need_an_issuer_and_a_luhn_digit() {
    for card in ["6222021234567894", "6222 0212 3456 7894", "4111111111111111", "6228480402564890018"] {
        assert_eq!(question(&format!("卡号：{card}，")), only(FindingKind::BankCard, card));
    }
    let context = Context { part: Part::Question, submitter: None, officials: None };
    let doubtful = find("6222021234567891", &context);
    assert_eq!((doubtful[0].kind, doubtful[0].confidence), (FindingKind::BankCard, Confidence::Low));
    for no_card in ["1234567890123452", "WZ9961000021020300002", "916110003053372966"] {
        assert_eq!(question(no_card), [], "{no_card}");
    }
}

#[test]
fn mails_and_plates_are_found() {
    assert_eq!(question("邮箱:Some.One@163.com。"), only(FindingKind::Mail, "Some.One@163.com"));
    assert_eq!(question("发到13800138000@qq.com"), only(FindingKind::Mail, "13800138000@qq.com"));
    for plate in
        ["陕H00000", "陕H·12345", "湘AD12345", "粤B12345F", "京A8888警", "陕Ｈ１２３４５", "湘A1234挂"]
    {
        assert_eq!(question(&format!("车牌{plate}号")), only(FindingKind::Plate, plate), "{plate}");
    }
    assert_eq!(question("新G312国道，云A2区，川H2019001号，陕S2020年"), []);
}

#[test]
fn landlines_are_personal_in_the_citizens_words_only() {
    for landline in [
        "0914-2312495",
        "09142312495",
        "(0914)2312495",
        "０７３６－７６９９０２１",
        "010-62345678",
        "0731 8226 6655",
    ] {
        assert_eq!(question(&format!("家里{landline}。")), only(FindingKind::Landline, landline));
        assert_eq!(in_part(Part::Title, landline).len(), 1);
        assert_eq!(in_part(Part::Answer, &format!("咨询电话：{landline}。")), []);
    }
    assert_eq!(question("我家电话：2319440。"), only(FindingKind::Landline, "2319440"));
    assert_eq!(question("电话(232-3559)咨询"), only(FindingKind::Landline, "232-3559"));
}

#[test]
fn what_only_looks_personal_is_left_alone() {
    for harmless in [
        "请拨打12345热线，或0731-12315、12333、96118",
        "工程总价13800138000元，追加2312495.78元，共13800138000.50元",
        "2019-04-25至2019-05-10，2018—2022年，20210913009号信件",
        "《政府信息公开条例》第三十二条，国令第711号，GB50016-2006，陕价服发2012106号",
        "订单号202301018888888，工单编号：WZ9961000021020300002",
        "统一社会信用代码916110003053372966，许可证号C6110012009097130053747",
        "预售证2018-031，ISBN 978-7-80552-263-0，热线400-123-4567",
        "138****8000，王某某，A3区G312国道12公里，面积2312495平方米",
    ] {
        assert_eq!(question(harmless), [], "{harmless}");
    }
}

#[test]
fn the_submitters_own_data_is_found_in_every_part() {
    assert_eq!(of_zhang("张小三同志："), only(FindingKind::SubmitterName, "张小三"));
    assert_eq!(of_zhang("张 小　三您好"), only(FindingKind::SubmitterName, "张 小　三"));
    assert_eq!(of_zhang("尊敬的张先生"), only(FindingKind::SubmitterName, "张先生"));
    assert_eq!(
        of_zhang("致电１３９ １２３４ ５６７８"),
        only(FindingKind::SubmitterPhone, "１３９ １２３４ ５６７８")
    );
    assert_eq!(of_zhang("ZHANG@example.COM"), only(FindingKind::SubmitterMail, "ZHANG@example.COM"));
    assert_eq!(
        of_zhang("家住工农路12号3单元501室"),
        only(FindingKind::SubmitterAddress, "工农路12号3单元501室")
    );
    assert_eq!(of_zhang("李先生在工农路，张家村13912345679").len(), 1);
}

#[test]
fn a_name_that_is_nobodys_is_not_looked_for() {
    for name in ["市民", "网友", "张", ""] {
        let submitter = Submitter { name: Some(name.into()), ..Submitter::default() };
        assert_eq!(
            find(
                "市民张先生、网友来信",
                &Context { part: Part::Question, submitter: Some(&submitter), officials: None }
            ),
            []
        );
    }
    assert_eq!(format!("{:?}", zhang()), "Submitter(…)");
}

#[test]
fn a_submitters_landline_is_found_without_its_area_code() {
    let submitter = Submitter { phone: Some("0914-2312495".into()), ..Submitter::default() };
    let found = find(
        "已致电2312495，局电话0914-2319440",
        &Context { part: Part::Answer, submitter: Some(&submitter), officials: None },
    );
    assert_eq!(
        found,
        [Finding { start: 3, end: 10, kind: FindingKind::SubmitterPhone, confidence: Confidence::High }]
    );
}

#[test]
fn overlapping_findings_become_one() {
    assert_eq!(of_zhang("13912345678@qq.com"), only(FindingKind::SubmitterPhone, "13912345678@qq.com"));
}

#[test]
fn masking_leaves_labels() {
    let text = "我叫张小三，电话139-1234-5678、0914-2312495、2312028，车陕H12345。";
    let submitter = zhang();
    let context = Context { part: Part::Question, submitter: Some(&submitter), officials: None };
    let masked = mask(text, &find(text, &context));
    assert_eq!(masked, "我叫［姓名］，电话［联系电话］、［座机号］、2312028，车［车牌号］。");
    assert_eq!(find(&masked, &context), []);
}

#[test]
fn masking_ignores_places_outside_the_text() {
    let place = |start, end| Finding { start, end, kind: FindingKind::Mobile, confidence: Confidence::High };
    assert_eq!(
        mask("一二三", &[place(2, 99), place(0, 1), place(7, 9), place(1, 1)]),
        "［手机号］二［手机号］"
    );
}

#[test]
fn long_hostile_texts_take_linear_time() {
    let hostile = ["1", "0", "13", "6222", "1 3 ", "0914-", "a@", "a.", "陕h", "电话:", "-", "1-"];
    let started = std::time::Instant::now();
    for piece in hostile {
        let text = piece.repeat(10_000 / piece.chars().count());
        find(&text, &Context { part: Part::Question, submitter: Some(&zhang()), officials: None });
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn masked_text_has_no_findings(text in "([0-9]{1,12}|[ -@a.x]|电话|座机|[一-七]|陕H|13800138000|0914-2312495|张小三|、){0,30}") {
        let submitter = zhang();
        let context = Context { part: Part::Question, submitter: Some(&submitter), officials: None };
        let masked = mask(&text, &find(&text, &context));
        prop_assert_eq!(find(&masked, &context), vec![], "{}", masked);
    }

    #[test]
    fn findings_are_in_order_apart_and_inside(text in any::<String>()) {
        let found = find(&text, &Context { part: Part::Question, submitter: Some(&zhang()), officials: None });
        prop_assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
        prop_assert!(found.iter().all(|f| f.start < f.end && f.end <= text.chars().count()));
    }
}
