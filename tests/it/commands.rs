//! The command line, as an operator uses it: the program itself, its exit codes and what it says.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use huiyin::platform::crypto::generate_key;

use crate::support::database::TestDatabase;

/// The program with nothing but these settings.
fn huiyin(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huiyin"));
    command.args(arguments).env_clear().envs(settings.iter().copied());
    command
}

pub fn run(arguments: &[&str], settings: &[(&str, &str)]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = huiyin(arguments, settings).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// Settings that are complete, for this database.
pub struct Installation {
    pub database: TestDatabase,
    folder: tempfile::TempDir,
    sealing: String,
    token: String,
}

impl Installation {
    pub fn new() -> Installation {
        Installation {
            database: TestDatabase::new(),
            folder: tempfile::tempdir().unwrap(),
            sealing: format!("1:{}", *generate_key()),
            token: generate_key().to_string(),
        }
    }

    pub fn settings<'a>(&'a self, others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut settings = vec![
            ("HUIYIN__DATABASE__URL", self.database.url()),
            ("HUIYIN__SECRETS__SEALING_KEYS", self.sealing.as_str()),
            ("HUIYIN__SECRETS__TOKEN_KEY", self.token.as_str()),
            ("HUIYIN__DATA__FOLDER", self.folder.path().to_str().unwrap()),
            ("HUIYIN__SERVER__LISTEN", "127.0.0.1:0"),
            ("HUIYIN__SERVER__SHUTDOWN_GRACE_SECONDS", "1"),
            ("HUIYIN__OPERATIONS__LISTEN", "127.0.0.1:0"),
        ];
        settings.extend_from_slice(others);
        settings
    }
}

/// A server that was started by its command, killed if the test fails.
pub struct Serving {
    pub child: Child,
    log: BufReader<ChildStderr>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has ended already when the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    pub fn start(settings: &[(&str, &str)]) -> Serving {
        let mut child = huiyin(&["serve"], settings).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        Serving { child, log }
    }

    /// The next line of the log that begins so.
    pub fn line(&mut self, beginning: &str) -> Value {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "no line {beginning:?} in {all}");
            all.push_str(&line);
            let entry: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {all}"));
            if entry["message"].as_str().is_some_and(|message| message.starts_with(beginning)) {
                return entry;
            }
        }
    }
}

#[test]
fn the_server_answers_and_stops_in_order() {
    let installation = Installation::new();
    let mut serving = Serving::start(&installation.settings(&[]));
    let started = serving.line("Answering on");
    let get = |port: &str, path: &str| {
        let url = format!("http://{}{path}", started[port].as_str().unwrap());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async { reqwest::get(url).await.unwrap().status().as_u16() })
    };
    assert_eq!(get("api", "/v1/departments"), 200);
    assert_eq!(get("operations", "/readyz"), 200);
    kill(Pid::from_raw(serving.child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    serving.line("Stopped");
    assert_eq!(serving.child.wait().unwrap().code(), Some(0));
}

#[test]
fn unsafe_settings_are_refused() {
    let installation = Installation::new();
    let settings = installation.settings(&[
        ("HUIYIN__SERVER__PUBLIC_URL", "http://letters.example.gov.cn"),
        ("HUIYIN__LOGGING__LEVEL", "debug"),
    ]);
    let (code, _, said) = run(&["serve"], &settings);
    assert_eq!(code, 1);
    assert!(said.contains("server.allow_unsafe"), "{said}");
    assert!(said.contains("server.public_url") && said.contains("logging.level"), "{said}");
    let (code, _, said) = run(&["config-check"], &settings);
    assert_eq!(code, 1);
    assert!(said.contains("server.public_url"), "{said}");
}

#[test]
fn a_superuser_of_the_database_is_refused() {
    let installation = Installation::new();
    let superuser = installation.database.superuser_url();
    let (code, _, said) = run(&["serve"], &installation.settings(&[("HUIYIN__DATABASE__URL", &superuser)]));
    assert_eq!(code, 1);
    assert!(said.contains("database.url") && said.contains("superuser"), "{said}");
}

#[test]
fn the_configuration_is_explained_without_its_secrets() {
    let installation = Installation::new();
    let (code, shown, said) = run(&["config-check"], &installation.settings(&[]));
    assert_eq!(code, 0, "{said}");
    assert!(shown.contains("server.listen = \"127.0.0.1:0\"  # HUIYIN__SERVER__LISTEN"), "{shown}");
    assert!(shown.contains("city.calendar = \"cn\"  # default"), "{shown}");
    assert!(shown.contains("secrets.token_key = ***"), "{shown}");
    assert!(!shown.contains(&installation.token) && !shown.contains(&installation.sealing));

    let (code, _, said) = run(&["config-check"], &[("HUIYIN__SERVER__LISEN", "x")]);
    assert_eq!(code, 1);
    for expected in ["did you mean server.listen?", "database.url: is missing", "secrets.sealing_keys"] {
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_citys_inspection_thresholds_are_looked_at_with_the_configuration() {
    let installation = Installation::new();
    let file = installation.folder.path().join("thresholds.toml");
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let named = [("HUIYIN__INSPECTION__THRESHOLDS_FILE", file.to_str().unwrap())];
        run(&["config-check"], &installation.settings(&named))
    };
    let own = "[[checks]]\ncheck = 'messages'\nlimit = 10\nunit = 'minutes'\nwarn_before = 5\ncritical_before = 0\n\
        title = '邮件滞后'\ntitle_en = 'Mail lags behind'\n";
    let (code, shown, said) = check(own);
    assert!(
        code == 0 && shown.contains("thresholds.toml\"  # HUIYIN__INSPECTION__THRESHOLDS_FILE"),
        "{shown}{said}"
    );
    let (code, _, said) = check(&own.replace("limit = 10", "limit = 4"));
    let wrong = "messages: warn_before must not be longer than the limit itself";
    assert!(code == 1 && said.contains("inspection.thresholds_file: ") && said.contains(wrong), "{said}");
}

#[test]
fn migrating_twice_does_no_harm() {
    let installation = Installation::new();
    let (code, said, _) = run(&["migrate"], &installation.settings(&[]));
    assert!(code == 0 && said.contains("calendar cn v1 is in force"), "{said}");
    let (code, said, _) = run(&["migrate"], &installation.settings(&[]));
    assert_eq!((code, said.as_str()), (0, "0 migrations applied\n"));
}

#[test]
fn wrong_usage_and_an_absent_database_are_told_apart() {
    assert_eq!(run(&["serve", "--no-such-option"], &[]).0, 2);
    assert_eq!(run(&["frobnicate"], &[]).0, 2);
    let installation = Installation::new();
    let nowhere = ("HUIYIN__DATABASE__URL", "postgres://huiyin@127.0.0.1:1/huiyin");
    for command in [&["serve"][..], &["migrate"], &["create-administrator", "--username", "root.wang"]] {
        let (code, _, said) = run(command, &installation.settings(&[nowhere]));
        assert!(code == 1 && said.contains("cannot be reached at database.url"), "{command:?}: {said}");
        let missing = installation.database.url().replacen("/t_", "/no_such_t_", 1);
        let (code, _, said) = run(command, &installation.settings(&[("HUIYIN__DATABASE__URL", &missing)]));
        assert!(code == 1 && said.contains("does not exist on its server"), "{command:?}: {said}");
        let stranger = installation.database.url().replacen("huiyin@", "nobody@", 1);
        let (code, _, said) = run(command, &installation.settings(&[("HUIYIN__DATABASE__URL", &stranger)]));
        assert!(code == 1 && said.contains("refuses the user or the password"), "{command:?}: {said}");
    }
}

#[test]
fn before_the_migrations_every_command_says_so() {
    let installation = Installation::new();
    diesel::RunQueryDsl::execute(
        diesel::sql_query("DELETE FROM __diesel_schema_migrations WHERE version > '001900'"),
        &mut installation.database.connect(),
    )
    .unwrap();
    for command in [&["serve"][..], &["create-administrator", "--username", "root.wang"], &["reindex"]] {
        let (code, _, said) = run(command, &installation.settings(&[]));
        assert!(code == 1 && said.contains("run `huiyin migrate` first"), "{command:?}: {said}");
    }
}

#[test]
fn a_reader_who_goes_away_is_no_panic() {
    let mut child = huiyin(&["openapi"], &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert!(!said.contains("panicked") && status.code() != Some(101), "{status}: {said}");
}

#[test]
fn a_mail_can_be_tried() {
    let installation = Installation::new();
    let settings = installation.settings(&[]);
    let (code, said, _) = run(&["mail-test", "operator@example.gov.cn"], &settings);
    assert!(code == 0 && said.contains("operator@example.gov.cn"), "{said}");
    let folder = installation.folder.path().join("mail");
    let mails = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(mails, 1);
    let relay = [
        ("HUIYIN__MAIL__TRANSPORT", "smtp"),
        ("HUIYIN__MAIL__SMTP__HOST", "127.0.0.1"),
        ("HUIYIN__MAIL__SMTP__PORT", "1"),
        ("HUIYIN__MAIL__SMTP__SECURITY", "none"),
    ];
    let (code, _, said) = run(&["mail-test", "operator@example.gov.cn"], &installation.settings(&relay));
    assert!(code == 1 && said.contains("smtp_connection"), "{said}");
    assert_eq!(run(&["mail-test", "nobody"], &settings).0, 2);
}

#[test]
fn what_strangers_send_is_no_error_in_the_log() {
    use std::io::{Read, Write};
    let installation = Installation::new();
    let mut serving = Serving::start(&installation.settings(&[]));
    let api = serving.line("Answering on")["api"].as_str().unwrap().to_owned();
    for nonsense in
        ["NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\u{0} HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}"]
    {
        let mut stream = std::net::TcpStream::connect(&api).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_millis(300))).unwrap();
        stream.write_all(nonsense.as_bytes()).unwrap();
        // It may be closed without a word.
        let _ = stream.read(&mut [0; 512]);
    }
    kill(Pid::from_raw(serving.child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    let mut log = Vec::new();
    loop {
        let mut line = String::new();
        if serving.log.read_line(&mut line).unwrap() == 0 {
            break;
        }
        log.push(line);
    }
    assert!(log.iter().any(|line| line.contains("Stopped")), "{log:?}");
    assert!(log.iter().all(|line| !line.contains("\"ERROR\"")), "{log:?}");
}

#[test]
fn a_notice_is_proposed_compared_and_shown() {
    let installation = Installation::new();
    let settings = installation.settings(&[]);
    let file = |name: &str, content: &[u8]| {
        let path = installation.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let notice = file("2027.json", crate::calendars::importing::notice_2027().as_bytes());
    let import = ["calendar", "import", &notice, "--code", "cn", "--source", "国办发明电〔2026〕9号"];
    let (code, said, _) = run(&import, &settings);
    assert!(code == 0 && said.starts_with("cn v2, official to 2027-12-31. It is a proposal."), "{said}");
    let (code, _, said) = run(&import, &settings);
    assert!(code == 1 && said.contains("it says nothing that version 2 does not say"), "{said}");

    let (_, listed, _) = run(&["calendar"], &settings);
    assert!(
        listed.contains("v2    official to 2027-12-31  not in force") && listed.contains("9号"),
        "{listed}"
    );
    let (_, changes, _) = run(&["calendar", "diff", "1", "2"], &settings);
    let make_up =
        "2027-02-20 Saturday, weekend\n  -> 2027-02-20 Saturday, working: make-up for Spring Festival";
    assert!(changes.contains(make_up), "{changes}");
    let (_, shown, _) = run(&["calendar", "show", "cn", "--year", "2027", "--version", "2"], &settings);
    assert!(shown.starts_with("cn v2, 2027\n国办发明电〔2026〕9号\n2027-01-01 Friday, holiday"), "{shown}");

    let gbk = file("2028.csv", b"date,is_working\n2028-02-01,\xb4\xba\n");
    let (code, _, said) = run(&["calendar", "import", &gbk], &settings);
    assert!(code == 1 && said.contains("line 2: the text is not UTF-8"), "{said}");
}

#[test]
fn what_if_prints_a_table_or_json_and_tells_when_nothing_was_answered() {
    let installation = Installation::new();
    let settings = installation.settings(&[]);
    let file = installation.folder.path().join("limits.toml");
    std::fs::write(&file, huiyin::rules::time_limits::TIME_LIMITS[0].1).unwrap();
    let tried = ["simulate", "--time-limits", file.to_str().unwrap(), "--from", "2026-01-01", "--to"];
    let (code, said, _) = run(&[&tried[..], &["2026-01-31"]].concat(), &settings);
    assert!(code == 3 && said.contains("busiest day") && said.contains("\nall "), "{said}");
    let (code, said, _) = run(&[&tried[..], &["2026-01-31", "--json"]].concat(), &settings);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &said["total"]["answers"]), (3, &Value::from(0)));
    let (code, _, said) = run(&[&tried[..], &["2025-12-31"]].concat(), &settings);
    assert!(code == 1 && said.contains("--from is after --to"), "{said}");
}

#[test]
fn a_server_with_another_key_than_its_database_does_not_start_and_the_check_says_why() {
    let installation = Installation::new();
    let mut serving = Serving::start(&installation.settings(&[]));
    serving.line("Answering on");
    kill(Pid::from_raw(serving.child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    serving.line("Stopped");
    let (sealing, token) = (format!("1:{}", *generate_key()), generate_key());
    for (name, value, said) in [
        ("HUIYIN__SECRETS__SEALING_KEYS", sealing.as_str(), "key 1 is not the one that sealed this database"),
        (
            "HUIYIN__SECRETS__TOKEN_KEY",
            token.as_str(),
            "secrets.token_key: is not the one this database knows",
        ),
    ] {
        let settings = installation.settings(&[(name, value)]);
        for command in [&["serve"][..], &["config-check"], &["calendar"]] {
            let (code, _, told) = run(command, &settings);
            assert!(code == 1 && told.contains(said) && !told.contains(value), "{command:?}: {told}");
        }
    }
}

#[test]
fn every_command_has_examples() {
    for command in ["serve", "migrate", "calendar", "simulate", "openapi", "config-check"] {
        let (code, help, _) = run(&[command, "--help"], &[]);
        assert!(code == 0 && help.contains("Examples:"), "{command}: {help}");
    }
}
