//! The real program, killed with SIGKILL at its work: nothing acknowledged is lost, nothing happens twice.

mod ladder;

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use huiyin::platform::crypto::generate_key;
use huiyin::platform::db::schema::{idempotency, ticket};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::database::TestDatabase;
use crate::support::overdue;

/// After this long something is wrong.
const PATIENCE: Duration = Duration::from_secs(240);
const CLIENTS: usize = 4;
const LETTERS: usize = 30;

/// What instances of the program share: a database, keys, and a folder for mail.
struct Site {
    keys: [String; 2],
    folder: TempDir,
    url: String,
    _database: Option<TestDatabase>,
}

impl Site {
    /// On a database of its own, with the sample city in it.
    async fn new() -> Site {
        let database = TestDatabase::create().await;
        overdue::populate(&mut database.connect());
        let url = database.url().to_owned();
        Site { _database: Some(database), ..Site::at(url) }
    }

    /// On the database at this address.
    fn at(url: String) -> Site {
        let keys = [format!("1:{}", *generate_key()), generate_key().as_str().to_owned()];
        Site { keys, folder: tempfile::tempdir().unwrap(), url, _database: None }
    }

    /// A connection of the test's own.
    fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url).unwrap()
    }

    /// Starts `huiyin serve` and waits until it answers.
    fn start(&self, name: &str, jobs: bool) -> Instance {
        let own_folder = self.folder.path().join(name);
        let child = Command::new(env!("CARGO_BIN_EXE_huiyin"))
            .arg("serve")
            .env_remove("HUIYIN_CONFIG")
            .env("HUIYIN__DATABASE__URL", &self.url)
            .env("HUIYIN__DATABASE__MAX_CONNECTIONS", "6")
            .env("HUIYIN__SECRETS__SEALING_KEYS", &self.keys[0])
            .env("HUIYIN__SECRETS__TOKEN_KEY", &self.keys[1])
            .env("HUIYIN__SERVER__LISTEN", "127.0.0.1:0")
            .env("HUIYIN__SERVER__WORKERS", "1")
            .env("HUIYIN__OPERATIONS__LISTEN", "127.0.0.1:0")
            .env("HUIYIN__LIMITS__SUBMISSIONS_PER_MINUTE", "0")
            .env("HUIYIN__MAIL__MOST_PER_HOUR_AND_ADDRESS", "0")
            .env("HUIYIN__JOBS__ENABLED", jobs.to_string())
            .env("HUIYIN__ESCALATION__DELIVERY", "at_once")
            .env("HUIYIN__ESCALATION__STORM_ALARMS_PER_MINUTE", "0")
            .env("HUIYIN__JOBS__SWEEPERS", "2")
            .env("HUIYIN__JOBS__SWEEP_INTERVAL_SECONDS", "1")
            .env("HUIYIN__JOBS__OUTBOX_INTERVAL_SECONDS", "1")
            .env("HUIYIN__MAIL__FOLDER", self.mail_folder())
            .env("HUIYIN__DATA__FOLDER", own_folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Instance::answering(child)
    }

    fn mail_folder(&self) -> std::path::PathBuf {
        self.folder.path().join("mail")
    }
}

/// A running program; killed when it is dropped.
struct Instance {
    child: Child,
    api: String,
}

impl Instance {
    /// Reads the log until it says where the program answers, and keeps emptying it.
    fn answering(mut child: Child) -> Instance {
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut before = Vec::new();
        let api = loop {
            let Some(Ok(line)) = lines.next() else { panic!("it does not start: {before:#?}") };
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(api) = entry["api"].as_str() {
                break format!("http://{api}");
            }
            before.push(line);
        };
        std::thread::spawn(move || lines.for_each(drop));
        Instance { child, api }
    }

    /// SIGKILL: no farewell.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks again and again until `is_so`.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let (begun, mut ticks) = (Instant::now(), tokio::time::interval(Duration::from_millis(20)));
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what} takes too long");
        ticks.tick().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_submission_survives_being_killed_under_load() {
    let site = Site::new().await;
    let mut server = site.start("one", false);
    let address = Arc::new(Mutex::new(server.api.clone()));
    let acknowledged: Arc<Mutex<HashMap<String, String>>> = Arc::default();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| tokio::spawn(submit_letters(client, Arc::clone(&address), Arc::clone(&acknowledged))))
        .collect();
    for share in [CLIENTS * LETTERS / 4, CLIENTS * LETTERS / 2] {
        until("submitting", || acknowledged.lock().unwrap().len() >= share).await;
        server.kill();
        server = site.start("one", false);
        address.lock().unwrap().clone_from(&server.api);
    }
    for client in clients {
        client.await.unwrap();
    }
    let mut conn = site.connect();
    let stored: Vec<String> = ticket::table.select(ticket::reference).load(&mut conn).unwrap();
    let keys: i64 = idempotency::table.count().get_result(&mut conn).unwrap();
    let acknowledged = acknowledged.lock().unwrap();
    let told: HashSet<&String> = acknowledged.values().collect();
    assert_eq!((acknowledged.len(), told.len()), (CLIENTS * LETTERS, CLIENTS * LETTERS));
    assert_eq!(stored.len(), CLIENTS * LETTERS, "no letter was written twice");
    assert!(stored.iter().all(|reference| told.contains(reference)), "and each was acknowledged");
    assert_eq!(keys as usize, CLIENTS * LETTERS);
}

/// Sends letters one after the other, each under one key until it is acknowledged.
async fn submit_letters(
    client: usize,
    address: Arc<Mutex<String>>,
    acknowledged: Arc<Mutex<HashMap<String, String>>>,
) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for number in 0..LETTERS {
        let key = format!("client-{client}-letter-{number}");
        let letter = json!({
            "kind": "complaint", "category": "parks", "title": format!("第{number}封"), "body": "公园的长椅坏了。",
        });
        let (begun, mut ticks) = (Instant::now(), tokio::time::interval(Duration::from_millis(20)));
        let reference = loop {
            ticks.tick().await;
            assert!(begun.elapsed() < PATIENCE, "{key} is never acknowledged");
            let url = format!("{}/v1/tickets", *address.lock().unwrap());
            let request = http.post(url).header("Idempotency-Key", &key).json(&letter);
            if let Some(reference) = acknowledgement(request).await {
                break reference;
            }
        };
        acknowledged.lock().unwrap().insert(key, reference);
    }
}

/// The reference, once the answer has come whole. A server that dies, or is not there, gives none.
async fn acknowledgement(request: reqwest::RequestBuilder) -> Option<String> {
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let body: Value = response.json().await.ok()?;
    assert!(matches!(status, 200 | 201 | 409 | 503), "{status}: {body}");
    body["reference"].as_str().map(str::to_owned)
}

/// Ends the leases of two minutes that are older than ten seconds, instead of waiting: their holder was killed.
fn lapse_leases_of_the_dead(conn: &mut PgConnection) {
    let lapse = "UPDATE outbox_message SET available_at = now(), leased_until = now() \
                 WHERE status = 'pending' AND leased_until BETWEEN now() AND now() + interval '110 seconds'";
    diesel::sql_query(lapse).execute(conn).unwrap();
}

/// The names of the mails in a folder.
fn mails(folder: &Path) -> HashSet<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return HashSet::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mails = paths.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
    mails.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}
