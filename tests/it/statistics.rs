//! Figures: whatever happens to tickets, in whatever order the outbox tells it, the counters say what a look at the
//! tickets themselves would say.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, TimeDelta};
use diesel::prelude::*;
use huiyin::features::directory::Snapshot;
use huiyin::features::statistics::{
    Figures, GroupBy, OverviewQuery, OverviewView, Statistics, StatisticsConsumer,
};
use huiyin::features::tickets::{FACT_TOPIC, Fact};
use huiyin::platform::http::locale::Locale;
use huiyin::platform::jobs::consumer::{ConsumeError, TransactionalConsumer};
use huiyin::platform::jobs::outbox::Message;
use huiyin::rules::lifecycle::EventKind;
use huiyin::rules::vocabulary::Kind;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::app::{START, problem, success};
use crate::support::city::app_in_sample_city;

/// What may happen to a ticket of the model.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Dispatch(usize),
    Reclassify(usize),
    HandBack,
    Answer {
        days: u64,
        is_on_time: bool,
    },
    Reopen,
    Withdraw,
    Spam,
    Restore,
    /// A promise breaks.
    Break,
    /// The promise that broke last is made whole.
    Heal,
}

/// Where a ticket is counted: the department that has it and its category.
type Place = (Option<i32>, i32);

/// A ticket of the model: what the figures should be is read off these, not off facts.
#[derive(Debug, Clone)]
struct Ticket {
    kind: Kind,
    category_id: i32,
    received_on: NaiveDate,
    today: NaiveDate,
    department: Option<i32>,
    is_open: bool,
    is_spam: bool,
    answers: Vec<(NaiveDate, Place, u64, bool)>,
    withdrawn_from: Vec<Place>,
    reopened_from: Vec<Place>,
    /// What broke and was not made whole: the day, and who had the ticket then.
    breaches: Vec<(NaiveDate, Place)>,
    facts: Vec<Fact>,
}

impl Ticket {
    fn new((received, category): (u64, usize), city: &Snapshot) -> Ticket {
        let categories: Vec<i32> = city.categories().map(|category| category.id).take(4).collect();
        let day = first_day() + Days::new(received);
        let mut ticket = Ticket {
            kind: Kind::ALL[category % 3],
            category_id: categories[category % categories.len()],
            received_on: day,
            today: day,
            department: None,
            is_open: true,
            is_spam: false,
            answers: Vec::new(),
            withdrawn_from: Vec::new(),
            reopened_from: Vec::new(),
            breaches: Vec::new(),
            facts: Vec::new(),
        };
        ticket.tell(EventKind::Submitted, (ticket.place(), false));
        ticket
    }

    /// Takes the step if it is possible where the ticket stands.
    fn take(&mut self, step: Step, departments: &[i32], categories: &[i32]) {
        let before = (self.place(), self.is_open);
        let event = match step {
            Step::Dispatch(to) if self.is_open && self.department.is_none() => {
                self.department = Some(departments[to % departments.len()]);
                EventKind::Dispatched
            }
            Step::Reclassify(to) if self.is_open => {
                self.category_id = categories[to % categories.len()];
                EventKind::Reclassified
            }
            Step::HandBack if self.is_open && self.department.is_some() => {
                self.department = None;
                EventKind::Refused
            }
            Step::Answer { days, is_on_time } if self.is_open && self.department.is_some() => {
                // Within the most days of one answer.
                self.today = self.today + Days::new(days % 60);
                self.is_open = false;
                self.answers.push((self.today, self.place(), days, is_on_time));
                EventKind::ReplySent
            }
            Step::Reopen if !self.is_open && !self.is_spam => {
                self.reopened_from.push(self.place());
                (self.is_open, self.department) = (true, None);
                EventKind::Reopened
            }
            Step::Withdraw if self.is_open => {
                self.is_open = false;
                self.withdrawn_from.push(self.place());
                EventKind::Withdrawn
            }
            Step::Spam if self.is_open => {
                (self.is_open, self.is_spam) = (false, true);
                EventKind::MarkedSpam
            }
            Step::Restore if self.is_spam => {
                (self.is_open, self.is_spam) = (true, false);
                EventKind::Restored
            }
            Step::Break if self.is_open => {
                self.breaches.push((self.today, self.place()));
                EventKind::Breached
            }
            Step::Heal => return self.heal(),
            _ => return,
        };
        self.tell(event, before);
    }

    /// The fact is about the day and the department of the breach, wherever the ticket is now.
    fn heal(&mut self) {
        if let Some((on, (department, category))) = self.breaches.pop() {
            self.tell(EventKind::BreachReversed, ((department, category), self.is_open));
            let fact = self.facts.last_mut().unwrap();
            (fact.on, fact.department_id) = (on, department);
            (fact.category_id, fact.category_before) = (category, None);
        }
    }

    fn place(&self) -> Place {
        (self.department, self.category_id)
    }

    fn tell(&mut self, event: EventKind, ((department_before, category_before), was_open): (Place, bool)) {
        let answer = self.answers.last().filter(|_| event == EventKind::ReplySent);
        self.facts.push(Fact {
            event,
            on: self.today,
            kind: self.kind,
            category_id: self.category_id,
            category_before: Some(category_before).filter(|id| *id != self.category_id),
            received_on: self.received_on,
            department_before,
            department_id: self.department,
            is_on_time: answer.map(|(_, _, _, is_on_time)| *is_on_time),
            working_days: answer.map(|(_, _, days, _)| i64::try_from(*days).unwrap()),
            was_open,
            is_open: self.is_open,
        });
    }
}

fn first_day() -> NaiveDate {
    "2026-01-05".parse().unwrap()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => any::<usize>().prop_map(Step::Dispatch),
        2 => any::<usize>().prop_map(Step::Reclassify),
        4 => (0..300_u64, any::<bool>()).prop_map(|(days, is_on_time)| Step::Answer { days, is_on_time }),
        3 => select(vec![Step::HandBack, Step::Reopen, Step::Withdraw, Step::Spam, Step::Restore]),
        2 => select(vec![Step::Break, Step::Heal]),
    ];
    prop::collection::vec(step, 0..8)
}

/// The facts in any order and in batches of any size.
fn batches(mut facts: Vec<Fact>, order: &[Index], size: usize) -> Vec<Vec<Fact>> {
    for at in 1..facts.len() {
        let other = order[at % order.len()].index(at + 1);
        facts.swap(at, other);
    }
    facts.chunks(size).map(<[Fact]>::to_vec).collect()
}

fn consume(conn: &mut PgConnection, facts: &[Fact]) {
    let message = |fact: &Fact| Message {
        id: Uuid::now_v7(),
        topic: FACT_TOPIC.name().to_owned(),
        ticket_id: None,
        payload: serde_json::to_value(fact).unwrap(),
        created_at: START.parse().unwrap(),
        attempts: 0,
    };
    let messages: Vec<Message> = facts.iter().map(message).collect();
    conn.transaction(|conn| StatisticsConsumer.consume(conn, START.parse().unwrap(), &messages))
        .unwrap_or_else(|error: ConsumeError| panic!("{error}"));
}

/// Received, answered, open, on time, closed otherwise, reopened, breached.
type Row = (i64, i64, i64, i64, i64, i64, i64);

fn row(figures: &Figures) -> Row {
    let Figures { received, answered, open, on_time, closed_otherwise, reopened, breached, .. } = *figures;
    (received, answered, open, on_time, closed_otherwise, reopened, breached)
}

/// The same, counted from the model; `keys` names the groups that a place is counted in.
fn expected<K: Ord>(tickets: &[Ticket], keys: impl Fn(Place) -> Vec<K>) -> BTreeMap<K, Row> {
    let mut rows: BTreeMap<K, Row> = BTreeMap::new();
    let mut count = |place, add: &dyn Fn(&mut Row)| {
        keys(place).into_iter().for_each(|key| add(rows.entry(key).or_default()));
    };
    for ticket in tickets {
        count(ticket.place(), &|row| {
            row.0 += i64::from(!ticket.is_spam);
            row.2 += i64::from(ticket.is_open);
        });
        for (_, place, _, is_on_time) in &ticket.answers {
            count(*place, &|row| {
                row.1 += 1;
                row.3 += i64::from(*is_on_time);
            });
        }
        ticket.withdrawn_from.iter().for_each(|place| count(*place, &|row| row.4 += 1));
        ticket.reopened_from.iter().for_each(|place| count(*place, &|row| row.5 += 1));
        ticket.breaches.iter().for_each(|(_, place)| count(*place, &|row| row.6 += 1));
    }
    rows.retain(|_, row| *row != Row::default());
    rows
}

/// A node of a tree and all above it, by code, as `find` knows them: code and parent of a key.
fn upwards(id: i32, find: impl Fn(i32) -> (String, Option<i32>)) -> Vec<Option<String>> {
    let mut codes = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next {
        let (code, parent) = find(id);
        codes.push(Some(code));
        next = parent;
    }
    codes
}

/// The middle of what the answers of these places took, 250 standing for more.
fn median(tickets: &[Ticket], is_counted: impl Fn(Place) -> bool) -> Option<f64> {
    let answers = tickets.iter().flat_map(|ticket| &ticket.answers);
    let taken = answers.filter(|answer| is_counted(answer.1)).map(|answer| answer.2.min(250));
    let mut taken: Vec<f64> = taken.map(|days| u32::try_from(days).unwrap().into()).collect();
    taken.sort_by(f64::total_cmp);
    let last = taken.len().checked_sub(1)?;
    Some(f64::midpoint(taken[last / 2], taken[taken.len() / 2]))
}

fn forget(conn: &mut PgConnection) {
    diesel::sql_query("TRUNCATE statistics_daily, statistics_open").execute(conn).unwrap();
}

async fn overview(statistics: &Statistics, group_by: Option<GroupBy>) -> OverviewView {
    let to = Some(first_day() + Days::new(1_000));
    let query = OverviewQuery { from: Some(first_day()), to, group_by };
    statistics.overview(statistics.ask(&query, Locale::ZhCn).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_any_order_and_any_batches_the_counters_say_what_the_tickets_say() {
    let app = app_in_sample_city().await;
    let (city, statistics) = (app.state.directory.snapshot(), app.state.statistics.clone());
    let departments: Vec<i32> = city.departments().map(|department| department.id).take(4).collect();
    let lives = prop::collection::vec(((0..400_u64, any::<usize>()), steps()), 1..30);
    let case = (lives, prop::collection::vec(any::<Index>(), 1..50), 1..40_usize);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(24) });
    let runtime = tokio::runtime::Handle::current();
    let checked = tokio::task::block_in_place(|| {
        runner.run(&case, |(lives, order, size)| {
            let mut conn = app.database.connect();
            forget(&mut conn);
            let categories: Vec<i32> = city.categories().map(|category| category.id).take(4).collect();
            let live = |(birth, steps): &((u64, usize), Vec<Step>)| {
                let mut ticket = Ticket::new(*birth, &city);
                steps.iter().for_each(|step| ticket.take(*step, &departments, &categories));
                ticket
            };
            let tickets: Vec<Ticket> = lives.iter().map(live).collect();
            let facts = tickets.iter().flat_map(|ticket| ticket.facts.clone()).collect();
            for batch in batches(facts, &order, size) {
                consume(&mut conn, &batch);
            }
            let by_department = runtime.block_on(overview(&statistics, Some(GroupBy::Department)));
            let seen: BTreeMap<_, _> =
                by_department.groups.iter().map(|group| (group.code.clone(), row(&group.figures))).collect();
            let department = |id: i32| {
                let found = city.department(id).unwrap();
                (found.code.clone(), found.parent_id)
            };
            let above = |id: Option<i32>| id.map_or_else(|| vec![None], |id| upwards(id, department));
            prop_assert_eq!(seen, expected(&tickets, |(department, _)| above(department)));
            for group in &by_department.groups {
                let of_group = median(&tickets, |(department, _)| above(department).contains(&group.code));
                prop_assert_eq!(group.figures.median_working_days, of_group);
            }
            let by_category = runtime.block_on(overview(&statistics, Some(GroupBy::Category)));
            let seen: BTreeMap<_, _> =
                by_category.groups.iter().map(|group| (group.code.clone(), row(&group.figures))).collect();
            let category = |id: i32| {
                let found = city.category(id).unwrap();
                (found.code.clone(), found.parent_id)
            };
            prop_assert_eq!(seen, expected(&tickets, |(_, id)| upwards(id, category)));
            let whole = runtime.block_on(overview(&statistics, None));
            let all = expected(&tickets, |_| vec![()]).remove(&()).unwrap_or_default();
            prop_assert_eq!(row(&whole.total), all);
            prop_assert_eq!(whole.total.median_working_days, median(&tickets, |_| true));
            prop_assert_eq!(&whole.total, &by_department.total);
            Ok(())
        })
    });
    checked.unwrap();
}

#[tokio::test]
async fn only_the_days_asked_for_are_counted_and_what_is_open_is_of_now() {
    let app = app_in_sample_city().await;
    let city = app.state.directory.snapshot();
    let facts: Vec<Fact> = [0, 10, 20].iter().flat_map(|day| Ticket::new((*day, 0), &city).facts).collect();
    consume(&mut app.database.connect(), &facts);
    let (from, to) = (first_day() + Days::new(10), first_day() + Days::new(19));
    let view = app.get_json(&format!("/v1/statistics/overview?from={from}&to={to}")).await;
    assert_eq!((&view["total"]["received"], &view["total"]["open"]), (&json!(1), &json!(3)));
    assert_eq!(view["total"]["on_time_share"], Value::Null);
    assert_eq!(view["groups"], json!([]));
}

#[tokio::test]
async fn a_letter_counts_once_it_is_told_and_is_overdue_when_its_promise_has_passed() {
    let app = app_in_sample_city().await;
    let letter = json!({"kind": "inquiry", "category": "bus", "title": "公交末班车", "body": "几点收车？"});
    success(app.post_once("/v1/tickets", &letter)).await;
    let path = "/v1/statistics/overview?group_by=department";
    assert_eq!(app.get_json(path).await["total"]["received"], 0);
    app.deliver_outbox().await;
    let view = app.get_json(path).await;
    assert_eq!((&view["total"]["received"], &view["total"]["overdue"]), (&json!(1), &json!(0)));
    assert_eq!((&view["groups"][0]["code"], &view["groups"][0]["name"]), (&Value::Null, &json!("尚未分办")));
    app.advance(TimeDelta::days(40));
    let view = app.get_json(path).await;
    assert_eq!((&view["total"]["open"], &view["total"]["overdue"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn the_same_question_in_the_same_minute_is_answered_once() {
    let app = app_in_sample_city().await;
    let path = "/v1/statistics/overview?group_by=category";
    let first = app.get(path).send().await.unwrap();
    assert_eq!(first.headers()["cache-control"], "public, max-age=60");
    let tag = first.headers()["etag"].clone();
    let again = app.get(path).header("If-None-Match", &tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    consume(&mut app.database.connect(), &Ticket::new((0, 0), &app.state.directory.snapshot()).facts);
    let after = app.get(path).header("If-None-Match", &tag).send().await.unwrap();
    assert_eq!(after.status(), 200);
}

#[tokio::test]
async fn days_that_make_no_sense_are_refused() {
    let app = app_in_sample_city().await;
    let cases = [
        ("from=2026-02-02&to=2026-02-01", "?from", "days_reversed"),
        ("from=1990-01-01&to=2026-02-01", "?from", "too_many_days"),
        ("from=2026-02-30", "?from", "out_of_range"),
        ("group_by=person", "?group_by", "unknown_value"),
        ("by=category", "?by", "unknown_parameter"),
    ];
    for (query, pointer, code) in cases {
        let seen = problem(app.get(&format!("/v1/statistics/overview?{query}"))).await;
        assert!(seen.names(pointer, code), "{query}");
    }
}

#[tokio::test]
async fn who_has_the_figures_already_costs_no_look_at_them() {
    let app = app_in_sample_city().await;
    let path = "/v1/statistics/overview?group_by=department";
    let tag = app.get(path).send().await.unwrap().headers()["etag"].clone();
    let mut conn = app.database.connect();
    diesel::sql_query("BEGIN").execute(&mut conn).unwrap();
    diesel::sql_query("LOCK TABLE statistics_daily, statistics_open").execute(&mut conn).unwrap();
    let again = app.get(path).header("If-None-Match", &tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn more_than_three_years_at_a_time_are_refused() {
    let app = app_in_sample_city().await;
    app.get_json("/v1/statistics/overview?from=2023-01-01&to=2025-12-31").await;
    let seen = problem(app.get("/v1/statistics/overview?from=2023-01-01&to=2026-01-02")).await;
    assert_eq!((seen.status, seen.code.as_str()), (400, "invalid_query"));
    assert!(seen.names("?from", "too_many_days"), "{seen:?}");
}
