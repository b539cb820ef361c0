//! What if: past answers against other rules.

use std::sync::Arc;

use serde_json::json;

use huiyin::features::recalculations::{Simulation, simulate};
use huiyin::features::tickets::ProposedRules;
use huiyin::rules::calendar::{CALENDARS, Calendar};
use huiyin::rules::time_limits::{TIME_LIMITS, TimeLimits};

use crate::support::city::{City, heating_letter};

/// One letter answered on its fourth working day, and one that is open.
async fn a_city_with_an_answer() -> City {
    let city = City::open().await;
    let open = city.submit(&heating_letter()).await;
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    city.app.clock.set("2026-09-23T02:00:00Z".parse().unwrap());
    city.sign_everybody_out();
    city.answer(&letter.reference, "housing.handler", "reviewer.gu", "已修复，今晚恢复供热。").await;
    assert_ne!(open.reference, letter.reference);
    city
}

async fn tried(city: &City, proposed: &ProposedRules, from: &str, to: &str) -> Simulation {
    let (db, tickets) = (&city.app.state.db, &city.app.state.tickets);
    simulate(db, tickets, proposed, from.parse().unwrap(), to.parse().unwrap()).await.unwrap()
}

fn limits(reply: i32) -> ProposedRules {
    let text = TIME_LIMITS[0].1.replacen("working_days = 5\n", &format!("working_days = {reply}\n"), 1);
    assert!(reply == 5 || text != TIME_LIMITS[0].1);
    ProposedRules { limits: Some(Arc::new(TimeLimits::parse(&text).unwrap())), calendar: None }
}

#[tokio::test]
async fn an_answer_that_was_in_time_is_late_under_a_shorter_limit() {
    let city = a_city_with_an_answer().await;
    let same = tried(&city, &limits(5), "2026-09-18", "2026-09-18").await;
    assert_eq!((same.total.answers, same.total.before.breaches, same.total.after), (1, 0, same.total.before));

    let shorter = tried(&city, &limits(3), "2026-09-01", "2026-09-30").await;
    assert_eq!((shorter.total.before.breaches, shorter.total.after.breaches), (0, 1));
    assert_eq!((shorter.total.before.on_time_rate, shorter.total.after.on_time_rate), (Some(1.0), Some(0.0)));
    let departments: Vec<_> = shorter.departments.iter().map(|one| one.department.clone()).collect();
    assert_eq!(departments, [Some("heating-office".to_owned())]);
    let json = serde_json::to_value(&shorter).unwrap();
    assert_eq!(json["departments"][0]["after"]["busiest_day"], json!(1));

    let elsewhere = tried(&city, &limits(3), "2026-09-19", "2026-09-30").await;
    assert_eq!((elsewhere.total.answers, elsewhere.total.before.on_time_rate), (0, None));
}

#[tokio::test]
async fn another_calendar_moves_what_was_due() {
    let city = a_city_with_an_answer().await;
    // Three working days are over on the 22nd, and on the 23rd when Sunday the 20th is not worked.
    let make_up = "  { on = \"2026-09-20\", holiday = \"国庆节\" },\n";
    let text = CALENDARS[0].1.replace(make_up, "");
    assert_ne!(text, CALENDARS[0].1);
    let calendar = Some(Arc::new(Calendar::parse(&text).unwrap()));
    let proposed = ProposedRules { calendar, limits: limits(3).limits };
    let both = tried(&city, &proposed, "2026-09-18", "2026-09-18").await;
    assert_eq!(both.total.after.breaches, 0, "three days from the 18th end on the 23rd without the 20th");
}
