//! Keys that are not those of the database: nothing starts with them.

use std::sync::Arc;

use diesel::prelude::*;
use huiyin::app::settings::Settings;
use huiyin::app::state::AppState;
use huiyin::platform::config::Sources;
use huiyin::platform::crypto::generate_key;
use huiyin::platform::search::Embedded;

use crate::support::app::TestApp;
use crate::support::city::{City, heating_letter};

/// Tries to put an instance together on the database of another one, with these keys.
async fn assemble(app: &TestApp, change: impl FnOnce(Sources) -> Sources) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources::default()
        .fix("database.url", app.database.url())
        .fix("data.folder", folder.path().to_str().unwrap());
    let settings = Settings::load(&change(sources)).unwrap();
    let search = Arc::new(Embedded::in_memory().unwrap());
    let assembled = AppState::assemble_with(settings, app.clock.clone(), search).await;
    assembled.map(|_| ()).map_err(|error| format!("{error:#}"))
}

/// The keys that the running instance has, as they are configured.
fn keys(app: &TestApp) -> (String, String) {
    use secrecy::ExposeSecret;
    let secrets = &app.state.settings.secrets;
    (secrets.sealing_keys.expose_secret().to_owned(), secrets.token_key.expose_secret().to_owned())
}

async fn with(app: &TestApp, sealing: &str, token: &str) -> Result<(), String> {
    assemble(app, |sources| sources.fix("secrets.sealing_keys", sealing).fix("secrets.token_key", token))
        .await
}

#[tokio::test]
async fn an_instance_with_other_keys_than_its_database_does_not_start() {
    let app = TestApp::start().await;
    let (sealing, token) = keys(&app);
    let key = |id: u8| format!("{id}:{}", *generate_key());
    assert_eq!(with(&app, &sealing, &token).await, Ok(()));
    let refused = |told: Result<(), String>, part: &str| {
        let told = told.unwrap_err();
        assert!(told.contains(part), "{told}");
    };
    // Another key under the same id, under another id, and a lower one beside it.
    refused(with(&app, &key(1), &token).await, "key 1 is not the one that sealed");
    refused(with(&app, &key(2), &token).await, "secrets.sealing_keys");
    refused(with(&app, &sealing, &generate_key()).await, "secrets.token_key");
    // A new key beside the old one is how keys are changed; from then on it is known too.
    let newer = key(2);
    assert_eq!(with(&app, &format!("{sealing},{newer}"), &token).await, Ok(()));
    refused(with(&app, &format!("{sealing},{}", key(2)), &token).await, "key 2 is not the one");
    refused(with(&app, &sealing, &token).await, "key 2 is missing");
    refused(with(&app, &newer, &token).await, "secrets.sealing_keys");
}

#[tokio::test]
async fn a_key_below_the_one_that_indexes_is_refused() {
    let app = TestApp::start_with(|sources| {
        let mut sources = sources;
        sources.fixed.retain(|(key, _)| key != "secrets.sealing_keys");
        sources.fix("secrets.sealing_keys", format!("5:{}", *generate_key()))
    })
    .await;
    let (sealing, token) = keys(&app);
    let lower = format!("1:{},{sealing}", *generate_key());
    assert!(with(&app, &lower, &token).await.unwrap_err().contains("lowest id"));
}

#[tokio::test]
async fn another_token_key_is_accepted_when_it_is_meant() {
    let app = TestApp::start().await;
    let (sealing, token) = keys(&app);
    let new = generate_key();
    let accepted = assemble(&app, |sources| {
        sources
            .fix("secrets.sealing_keys", sealing.as_str())
            .fix("secrets.token_key", new.as_str())
            .fix("secrets.accept_new_token_key", "true")
    });
    assert_eq!(accepted.await, Ok(()));
    assert_eq!(with(&app, &sealing, &new).await, Ok(()));
    assert!(with(&app, &sealing, &token).await.unwrap_err().contains("secrets.token_key"));
}

#[tokio::test]
async fn a_database_from_before_the_canaries_is_looked_into() {
    let city = City::open().await;
    city.submit(&heating_letter()).await;
    let forget = || {
        diesel::sql_query("DELETE FROM key_canary").execute(&mut city.app.database.connect()).unwrap();
    };
    let (sealing, token) = keys(&city.app);
    forget();
    let wrong = with(&city.app, &format!("1:{}", *generate_key()), &token).await.unwrap_err();
    assert!(wrong.contains("does not open"), "{wrong}");
    assert_eq!(with(&city.app, &sealing, &token).await, Ok(()));
}

#[tokio::test]
async fn readiness_says_that_the_database_under_an_instance_has_other_keys() {
    let (app, other) = (TestApp::start().await, TestApp::start().await);
    let readiness = || async {
        let answer = app.client.get(app.operations_url("/readyz")).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(readiness().await.0, 200);
    let canaries: Vec<(String, Vec<u8>)> = {
        use huiyin::platform::db::schema::key_canary::dsl::*;
        key_canary.select((name, canary)).load(&mut other.database.connect()).unwrap()
    };
    for (name, canary) in canaries {
        use huiyin::platform::db::schema::key_canary as table;
        diesel::update(table::table.find(name))
            .set(table::canary.eq(canary))
            .execute(&mut app.database.connect())
            .unwrap();
    }
    let (status, said) = readiness().await;
    assert!(status == 503 && said.contains("sealing"), "{status}: {said}");
}
