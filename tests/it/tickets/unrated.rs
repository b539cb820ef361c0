//! Answers that nobody rates close by themselves: the work is shared, and one that cannot be closed holds no other up.

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::platform::db::schema::{set_aside, ticket};

use crate::support::city::{City, Handed, heating_letter};

async fn answered(city: &City) -> Handed {
    let letter = city.submit(&heating_letter()).await;
    city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
    city.answer(&letter.reference, "housing.handler", "reviewer.gu", "已处理。").await;
    letter
}

fn set_aside(city: &City) -> Vec<(String, String)> {
    let rows = set_aside::table.select((set_aside::work, set_aside::error_code));
    rows.load(&mut city.app.database.connect()).unwrap()
}

fn run(city: &City, statement: &str) {
    diesel::sql_query(statement).execute(&mut city.app.database.connect()).unwrap();
}

#[tokio::test]
async fn an_answer_that_cannot_be_closed_is_set_aside_and_holds_no_other_up() {
    let city = City::open().await;
    let (bad, good) = (answered(&city).await, answered(&city).await);
    city.app.advance(TimeDelta::days(20));
    let reference = bad.reference.to_string();
    run(
        &city,
        &format!(
            "ALTER TABLE ticket ADD CONSTRAINT broken CHECK (NOT (reference = '{reference}' AND state = 'closed'))"
        ),
    );
    let tickets = &city.app.state.tickets;
    assert_eq!(tickets.close_unrated(100).await.unwrap(), 1, "the other one");
    assert_eq!(city.as_citizen(&good).await["state"], "closed");
    assert_eq!(set_aside(&city), [("close_unrated".to_owned(), "broken".to_owned())]);
    run(&city, "ALTER TABLE ticket DROP CONSTRAINT broken");
    assert_eq!(tickets.close_unrated(100).await.unwrap(), 0, "it waits a little");
    city.app.advance(TimeDelta::hours(1));
    assert_eq!(tickets.close_unrated(100).await.unwrap(), 1);
    assert_eq!(city.as_citizen(&bad).await["state"], "closed");
    assert_eq!(set_aside(&city), []);
}

#[tokio::test]
async fn an_instance_takes_what_no_other_holds() {
    let city = City::open().await;
    let (held, free) = (answered(&city).await, answered(&city).await);
    city.app.advance(TimeDelta::days(20));
    let mut other = city.app.database.connect();
    diesel::sql_query("BEGIN").execute(&mut other).unwrap();
    let row = ticket::table.filter(ticket::reference.eq(held.reference.to_string()));
    row.select(ticket::version).for_update().first::<i32>(&mut other).unwrap();
    let tickets = &city.app.state.tickets;
    assert_eq!(tickets.close_unrated(100).await.unwrap(), 1, "not waited for");
    assert_eq!(city.as_citizen(&free).await["state"], "closed");
    diesel::sql_query("ROLLBACK").execute(&mut other).unwrap();
    assert_eq!(tickets.close_unrated(100).await.unwrap(), 1);
    assert_eq!(set_aside(&city), []);
}
