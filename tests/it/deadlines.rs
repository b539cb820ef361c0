//! A database that does not answer: every request is answered all the same, and the program ends when it is told to.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::commands::{Installation, Serving};
use crate::support::app::{TestApp, problem};
use crate::support::database::TestDatabase;

/// Every request is answered within this.
const PROMISED: Duration = Duration::from_secs(5);

/// A link to the database that can be cut half-way: bytes are taken and go nowhere, in both directions.
struct Link {
    port: u16,
    is_cut: Arc<AtomicBool>,
}

impl Link {
    /// A link to the server whose sockets lie in this folder.
    fn open(database: &TestDatabase) -> Link {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let link = Link { port: listener.local_addr().unwrap().port(), is_cut: Arc::default() };
        let (socket, is_cut) = (database.socket(), Arc::clone(&link.is_cut));
        thread::spawn(move || {
            for near in listener.incoming() {
                let Ok(near) = near else { return };
                let Ok(far) = UnixStream::connect(&socket) else { continue };
                let (near_again, far_again) = (near.try_clone().unwrap(), far.try_clone().unwrap());
                let (there, back) = (Arc::clone(&is_cut), Arc::clone(&is_cut));
                thread::spawn(move || forward(near, far, &there, TcpStream::read, UnixStream::write_all));
                thread::spawn(move || {
                    forward(far_again, near_again, &back, UnixStream::read, TcpStream::write_all)
                });
            }
        });
        link
    }

    fn url(&self, database: &TestDatabase) -> String {
        format!("postgres://huiyin@127.0.0.1:{}/{}", self.port, database.name())
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
    }

    fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

type Reading<R> = fn(&mut R, &mut [u8]) -> std::io::Result<usize>;
type Writing<W> = fn(&mut W, &[u8]) -> std::io::Result<()>;

/// Carries bytes until one end closes; while the link is cut they are dropped, and what was under way stays lost.
fn forward<R, W>(mut from: R, mut to: W, is_cut: &AtomicBool, read: Reading<R>, write: Writing<W>) {
    let (mut bytes, mut is_lost) = ([0; 4096], false);
    while let Ok(count) = read(&mut from, &mut bytes) {
        is_lost |= is_cut.load(Ordering::SeqCst);
        if count == 0 || (!is_lost && write(&mut to, &bytes[..count]).is_err()) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_link_that_is_cut_half_way_every_request_is_answered_in_time() {
    let database = TestDatabase::create().await;
    let link = Link::open(&database);
    let app =
        TestApp::start_on(database, |database, sources| sources.fix("database.url", link.url(database)))
            .await;
    let look_up = json!({"reference": "HY-2026-0918-00042-D", "access_code": "0123-4567-89AB"});
    let login = json!({"username": "nobody.here", "password": "梧桐-violet-27-harbour"});
    assert_eq!(problem(app.post_json("/v1/tickets/lookup", &look_up)).await.status, 404);
    link.cut();
    for (path, body) in [("/v1/tickets/lookup", &look_up), ("/v1/auth/login", &login)] {
        for _ in 0..3 {
            let began_at = Instant::now();
            let refused = problem(app.post_json(path, body)).await;
            assert_eq!((refused.status, refused.code.as_str()), (503, "temporarily_unavailable"));
            assert!(began_at.elapsed() < PROMISED, "{path}: {:?}", began_at.elapsed());
        }
    }
    let began_at = Instant::now();
    let ready = app.client.get(app.operations_url("/readyz")).send().await.unwrap();
    assert!(ready.status() == 503 && began_at.elapsed() < PROMISED, "{:?}", began_at.elapsed());
    link.mend();
    let recovered = || async { problem(app.post_json("/v1/tickets/lookup", &look_up)).await.status };
    let began_at = Instant::now();
    while recovered().await != 404 {
        assert!(began_at.elapsed() < Duration::from_secs(20), "the link is back, and nobody notices");
    }
}

#[test]
fn a_program_whose_database_hangs_ends_within_its_grace() {
    let installation = Installation::new();
    let link = Link::open(&installation.database);
    let url = link.url(&installation.database);
    let grace = ("HUIYIN__SERVER__SHUTDOWN_GRACE_SECONDS", "4");
    let settings = installation.settings(&[
        ("HUIYIN__DATABASE__URL", &url),
        ("HUIYIN__JOBS__OUTBOX_INTERVAL_SECONDS", "1"),
        ("HUIYIN__JOBS__SWEEP_INTERVAL_SECONDS", "1"),
        grace,
    ]);
    let mut serving = Serving::start(&settings);
    let api = serving.line("Answering on")["api"].as_str().unwrap().to_owned();
    link.cut();
    // Requests under way and background work hang when the signal comes.
    let mut hanging: Vec<TcpStream> = (0..4).map(|_| ask(&api)).collect();
    thread::sleep(Duration::from_millis(1500));
    let began_at = Instant::now();
    kill(Pid::from_raw(serving.child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    let ended = loop {
        if let Some(status) = serving.child.try_wait().unwrap() {
            break status;
        }
        assert!(began_at.elapsed() < Duration::from_secs(8), "it does not end");
        thread::sleep(Duration::from_millis(20));
    };
    assert!(ended.success() && began_at.elapsed() < Duration::from_secs(5), "{:?}", began_at.elapsed());
    hanging.clear();
}

/// A request that asks the database, on a connection of its own.
fn ask(api: &str) -> TcpStream {
    let body = r#"{"reference": "HY-2026-0918-00042-D", "access_code": "0123-4567-89AB"}"#;
    let mut stream = TcpStream::connect(api).unwrap();
    write!(
        stream,
        "POST /v1/tickets/lookup HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    stream
}

/// Every process of a server: the first one and those that it started.
fn processes(server: u32) -> Vec<Pid> {
    let is_child = |id: &i32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        parent == Some(server)
    };
    let all = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let own = i32::try_from(server).unwrap();
    all.filter(|id| *id == own || is_child(id)).map(Pid::from_raw).collect()
}

#[test]
fn a_server_that_stands_still_is_answered_for_and_used_again_when_it_goes_on() {
    use huiyin::platform::db::cluster::{ClusterOptions, PrivateCluster};
    use std::os::unix::fs::PermissionsExt;
    let folder =
        tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    let cluster = PrivateCluster::start(&ClusterOptions::ephemeral(folder.path().join("cluster"))).unwrap();
    let url = cluster.database_url();
    let installation = Installation::new();
    let settings = installation.settings(&[
        ("HUIYIN__DATABASE__URL", &url),
        ("HUIYIN__SERVER__SHUTDOWN_GRACE_SECONDS", "4"),
        ("HUIYIN__JOBS__SWEEP_INTERVAL_SECONDS", "1"),
    ]);
    assert_eq!(crate::commands::run(&["migrate"], &settings).0, 0);
    let mut serving = Serving::start(&settings);
    let api = serving.line("Answering on")["api"].as_str().unwrap().to_owned();
    assert_eq!(status(&api), 404);
    let all = processes(cluster.process_id().unwrap());
    assert!(all.len() > 2, "{all:?}");
    let signal = |signal: Signal| all.iter().for_each(|process| kill(*process, signal).unwrap());
    signal(Signal::SIGSTOP);
    for _ in 0..3 {
        let began_at = Instant::now();
        let status = status(&api);
        // Whatever comes of it, the server goes on again.
        if status != 503 || began_at.elapsed() >= PROMISED {
            signal(Signal::SIGCONT);
        }
        assert!(status == 503 && began_at.elapsed() < PROMISED, "{status} after {:?}", began_at.elapsed());
    }
    signal(Signal::SIGCONT);
    let began_at = Instant::now();
    while status(&api) != 404 {
        assert!(began_at.elapsed() < Duration::from_secs(20), "the server goes on, and nobody notices");
    }
}

/// The status of a request that asks the database.
fn status(api: &str) -> u16 {
    let mut answer = String::new();
    let mut stream = ask(api);
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut bytes = [0; 256];
    while !answer.contains("\r\n") {
        let count = stream.read(&mut bytes).unwrap();
        answer.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}
