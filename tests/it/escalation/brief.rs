//! The leader's brief: once a working day, whatever the number of instances.

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::features::escalation::EscalationError;
use huiyin::features::escalation::EscalationSettings;
use huiyin::features::notifications::{MailTexts, Site};
use huiyin::platform::locale::Locale;
use huiyin::rules::vocabulary::{AlarmLevel, Role};
use serde_json::Value;

use super::world::{World, instant};
use crate::support::overdue;

const FRIDAY: &str = "2026-09-17T23:30:00Z";
const SATURDAY: &str = "2026-09-18T23:30:00Z";
/// A working day: it makes up for National Day.
const SUNDAY: &str = "2026-09-19T23:30:00Z";

/// As its reader sees it: the subject, and the text.
const FIRST_BRIEF: &str = "\
【领导专报】2026年9月18日：新增 3 件，超期未办结 3 件

2026年9月18日 晨报

2026年9月17日 至 2026年9月17日：收到来信 12 件，答复 10 件，其中按期 9 件

一、新进入领导专报的来信：3 件
T-1　《路灯不亮》供热管理科　期限 2026年9月8日，已超 8 个工作日
T-2　《路灯不亮》供热管理科　期限 2026年9月8日，已超 8 个工作日
T-3　《路灯不亮》受理台　期限 2026年9月8日，已超 8 个工作日

二、超期未办结：3 件
供热管理科：2 件，最早的期限为 2026年9月8日
受理台：1 件，最早的期限为 2026年9月8日

三、第二次延期或第三次重办：1 件
T-3　受理台　延期 0 次，重办 3 次

四、逾期未反馈的督办单：0 件
无

请登录工作台处理。

-- 
本邮件由云溪市系统自动发送，请勿直接回复。
";

/// Three matters at the leader's level, two of them the heating office's, and one that is overdue since yesterday.
async fn world() -> World {
    let world = World::with("2026-09-16T01:00:00Z", EscalationSettings::default()).await;
    let mut conn = world.database.connect();
    overdue::put(&mut conn, 3, instant("2026-09-08T16:00:00Z"), AlarmLevel::L2);
    diesel::sql_query(
        "UPDATE ticket SET department_id = (SELECT id FROM department WHERE code = 'heating-office') \
         WHERE reference IN ('T-1', 'T-2')",
    )
    .execute(&mut conn)
    .unwrap();
    diesel::sql_query("UPDATE ticket SET cycle = 4 WHERE reference = 'T-3'").execute(&mut conn).unwrap();
    // Yesterday's figures, and those of a day before, which no brief is about any more.
    diesel::sql_query(
        "INSERT INTO statistics_daily (on_day, kind, category_id, department_id, measure, bucket, count) \
         SELECT day::date, 'complaint', (SELECT min(id) FROM category), NULL, measure, 0, count FROM (VALUES \
             ('2026-09-17', 'received', 12), ('2026-09-17', 'answered', 10), ('2026-09-17', 'on_time', 9), \
             ('2026-09-16', 'received', 100)) AS counted (day, measure, count)",
    )
    .execute(&mut conn)
    .unwrap();
    world
}

fn read(notice: &Value, locale: Locale) -> String {
    let site = Site { name: "云溪市".into(), name_en: "Yunxi".into(), ..Site::default() };
    let content = serde_json::from_value(notice["content"].clone()).unwrap();
    let rendered = MailTexts::new(site).write(&content, locale);
    format!("{}\n\n{}", rendered.subject, rendered.text)
}

#[tokio::test]
async fn the_brief_is_made_once_on_working_days_and_tells_what_is_new_since_the_last() {
    let world = world().await;
    world.sweep(instant("2026-09-16T01:00:00Z")).await;
    let (one, other) = (world.briefs(), world.briefs());
    world.clock.set(instant(FRIDAY));
    let made = tokio::join!(one.make(instant(FRIDAY)), other.make(instant(FRIDAY)));
    assert_ne!(made.0.unwrap(), made.1.unwrap(), "one of two instances makes it");
    assert!(!one.make(instant(FRIDAY)).await.unwrap(), "and nobody again");
    world.clock.set(instant(SATURDAY));
    assert!(!one.make(instant(SATURDAY)).await.unwrap(), "not on a day off");
    world.clock.set(instant(SUNDAY));
    assert!(one.make(instant(SUNDAY)).await.unwrap(), "but on a made-up working day");

    let notices = world.notices_of("morning_brief");
    let to: Vec<String> = notices.iter().map(|notice| world.name(notice)).collect();
    assert_eq!(to, ["supervisor", "supervisor"]);
    assert_eq!(read(&notices[0], Locale::ZhCn), FIRST_BRIEF);
    let next = read(&notices[1], Locale::ZhCn);
    assert!(
        next.contains("新增 0 件，超期未办结 3 件") && next.contains("一、新进入领导专报的来信：0 件\n无"),
        "{next}"
    );
    assert!(read(&notices[0], Locale::En).contains("1. Letters new in the leader's brief: 3"));
}

#[tokio::test]
async fn supervisors_and_named_readers_read_the_briefs_and_nobody_else() {
    let mut world = world().await;
    let brief_readers = vec!["handler".to_owned()];
    world.settings = EscalationSettings { brief_readers, ..EscalationSettings::default() }.into();
    world.sweep(instant("2026-09-16T01:00:00Z")).await;
    let briefs = world.briefs();
    world.clock.set(instant(FRIDAY) + TimeDelta::minutes(20));
    assert!(briefs.make(instant(FRIDAY)).await.unwrap());
    assert_eq!(world.name(&world.notices_of("morning_brief")[0]), "handler");

    let handler = world.caller("handler", Role::Handler, None);
    let page = briefs.list(&handler, &Default::default(), None).await.unwrap().data;
    assert_eq!((page.len(), page[0].until), (1, instant(FRIDAY)));
    let content = &page[0].content;
    assert_eq!((content.new_count, content.overdue_count, content.repeated.len()), (3, 3, 1));
    assert_eq!(content.overdue[0].department.as_deref(), Some("heating-office"));
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    assert_eq!(briefs.get(&supervisor, page[0].brief_on).await.unwrap(), page[0]);
    let lead = world.caller("lead", Role::DepartmentLead, None);
    assert!(matches!(briefs.get(&lead, page[0].brief_on).await, Err(EscalationError::Forbidden)));
    let none = briefs.get(&supervisor, "2026-09-17".parse().unwrap()).await;
    assert!(matches!(none, Err(EscalationError::NotFound)));
}

#[tokio::test]
async fn a_department_may_have_any_name_and_the_brief_still_tells_of_all() {
    let world = world().await;
    diesel::sql_query("UPDATE department SET name = E'甲|乙\n丙' WHERE code = 'heating-office'")
        .execute(&mut world.database.connect())
        .unwrap();
    world.directory.refresh().await.unwrap();
    world.sweep(instant("2026-09-16T01:00:00Z")).await;
    world.clock.set(instant(FRIDAY));
    assert!(world.briefs().make(instant(FRIDAY)).await.unwrap());
    let brief = read(&world.notices_of("morning_brief")[0], Locale::ZhCn);
    assert_eq!(brief, FIRST_BRIEF.replace("供热管理科", "甲|乙\n丙"));
}

#[tokio::test]
async fn a_letter_of_which_several_promises_broke_is_told_of_once() {
    let world = world().await;
    world.sweep(instant("2026-09-16T01:00:00Z")).await;
    diesel::sql_query(
        "INSERT INTO alarm (id, clock_id, ticket_id, reference, metric, arming, level, due_on, fire_at, fired_at, \
             is_absorbed, department_id, kind) \
         SELECT gen_random_uuid(), clock_id, ticket_id, reference, 'work_order', arming + 1, level, due_on + 1, \
             fire_at, fired_at, false, department_id, kind FROM alarm WHERE level = 'l3' AND NOT is_absorbed",
    )
    .execute(&mut world.database.connect())
    .unwrap();
    world.clock.set(instant(FRIDAY));
    let briefs = world.briefs();
    assert!(briefs.make(instant(FRIDAY)).await.unwrap());
    let supervisor = world.caller("supervisor", Role::Supervisor, None);
    let content = briefs.get(&supervisor, "2026-09-18".parse().unwrap()).await.unwrap().content;
    let told: Vec<(&str, &str)> =
        content.new.iter().map(|row| (row.reference.as_str(), row.metric.as_str())).collect();
    assert_eq!((content.new_count, told), (3, vec![("T-1", "reply"), ("T-2", "reply"), ("T-3", "reply")]));
    assert_eq!(content.new[0].title, "路灯不亮");
    assert_eq!(content.repeated_count, 1);
}
