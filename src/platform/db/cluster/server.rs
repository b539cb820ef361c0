//! The server process: launched unless one answers already, waited for, stopped.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use diesel::pg::PgConnection;
use diesel::{Connection, ConnectionError};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::folder::ClusterFolder;
use super::programs::Programs;
use super::sockets::SocketFolder;
use super::{ADMINISTRATOR_ROLE, ClusterError, ClusterOptions, Durability};

/// How long to pause between two looks at a server that is starting.
const PAUSE: Duration = Duration::from_millis(10);

/// How often to look, all launches together: recovery after a power cut may take a minute or two.
const LOOKS: u32 = 12_000;

/// How often to look at a server that is stopping: for a minute.
const LOOKS_AT_A_STOP: u32 = 6_000;

/// How long to pause before another launch while a predecessor is still going down.
const PAUSE_BETWEEN_LAUNCHES: Duration = Duration::from_millis(50);

/// How often to launch, at most.
const LAUNCHES: u32 = 200;

/// How long one connection attempt may take, in seconds.
const CONNECT_TIMEOUT_SECONDS: u32 = 10;

/// The log is begun anew at a launch that finds it longer than this many bytes.
const LONGEST_LOG: u64 = 16 << 20;

/// A page anywhere costs little more than the next one: else a few hundred rows by their keys would be found by reading a
/// whole table.
const SOLID_STATE: &str = "random_page_cost=1.1";

/// The server of one cluster.
#[derive(Debug)]
pub(super) struct Server {
    settings: Vec<String>,
    child: Option<Child>,
}

/// What became of a launched server.
enum Outcome {
    Answers(Box<PgConnection>),
    Ended(String),
}

/// What one attempt to connect told.
enum Attempt {
    Answers(Box<PgConnection>),
    NotYet(String),
    Hopeless(String),
}

impl Server {
    /// A server with its settings, not launched yet.
    pub(super) fn new(sockets: &SocketFolder, options: &ClusterOptions) -> Self {
        let mut settings = sockets.settings();
        settings.extend(durability_settings(options.durability).iter().map(|it| (*it).to_owned()));
        settings.extend(
            ["cluster_name=huiyin", "timezone=UTC", "log_timezone=UTC", "jit=off", SOLID_STATE]
                .map(str::to_owned),
        );
        settings.push(format!("max_connections={}", options.max_connections));
        settings.push(format!("shared_buffers={}MB", options.shared_buffers_megabytes));
        Self { settings, child: None }
    }

    /// Connects as superuser, launching the server when none answers.
    pub(super) fn answer(
        &mut self,
        folder: &ClusterFolder,
        programs: &Programs,
        sockets: &SocketFolder,
    ) -> Result<PgConnection, ClusterError> {
        let silent = |reason| ClusterError::DoesNotAnswer { folder: folder.path().to_path_buf(), reason };
        match attempt(sockets) {
            Attempt::Answers(connection) => return Ok(*connection),
            Attempt::Hopeless(reason) => return Err(silent(reason)),
            Attempt::NotYet(_) => {}
        }
        let mut looks = LOOKS;
        for _ in 0..LAUNCHES {
            let begins_at = self.launch(folder, programs)?;
            match self.watch(sockets, &mut looks).map_err(silent)? {
                Outcome::Answers(connection) => return Ok(*connection),
                Outcome::Ended(status) => {
                    let said = read_log(folder, begins_at);
                    if !predecessor_lingers(&said) {
                        return Err(silent(format!("the server ended ({status}): {}", said.trim())));
                    }
                }
            }
            thread::sleep(PAUSE_BETWEEN_LAUNCHES);
        }
        Err(silent("another server holds its data folder".to_owned()))
    }

    /// Starts the process, in a group of its own, and tells where its part of the log begins.
    fn launch(&mut self, folder: &ClusterFolder, programs: &Programs) -> Result<u64, ClusterError> {
        let path = programs.path("postgres");
        let log = folder.log()?;
        let mut begins_at = log.metadata().map_err(ClusterError::at(&path))?.len();
        if begins_at > LONGEST_LOG {
            log.set_len(0).map_err(ClusterError::at(&path))?;
            begins_at = 0;
        }
        let same_log = log.try_clone().map_err(ClusterError::at(&path))?;
        let mut command = folder.command(&path);
        command.arg("-D").arg(folder.data()).process_group(0).stdout(Stdio::from(log)).stderr(same_log);
        for setting in &self.settings {
            command.arg("-c").arg(setting);
        }
        self.child = Some(command.spawn().map_err(ClusterError::at(&path))?);
        Ok(begins_at)
    }

    /// Looks at the launched server until it answers or ends.
    fn watch(&mut self, sockets: &SocketFolder, looks: &mut u32) -> Result<Outcome, String> {
        let mut last = "it is starting".to_owned();
        while *looks > 0 {
            *looks -= 1;
            thread::sleep(PAUSE);
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten()) {
                self.child = None;
                return Ok(Outcome::Ended(status.to_string()));
            }
            match attempt(sockets) {
                Attempt::Answers(connection) => return Ok(Outcome::Answers(connection)),
                Attempt::NotYet(reason) => last = reason,
                Attempt::Hopeless(reason) => return Err(reason),
            }
        }
        Err(last)
    }

    /// Stops the server in order: open transactions are rolled back, committed ones written out.
    pub(super) fn stop(&mut self, folder: &ClusterFolder, programs: &Programs) -> Result<(), ClusterError> {
        match self.child.take() {
            Some(child) => stop_child(child),
            None => folder.stop_server(programs),
        }
    }
}

/// Stops a server that this process launched, and takes its last word, also when it has died already.
fn stop_child(mut child: Child) -> Result<(), ClusterError> {
    let failure = |output: String| ClusterError::Program { program: "postgres", output };
    let id = i32::try_from(child.id()).map_err(|error| failure(error.to_string()))?;
    for look in 0..LOOKS_AT_A_STOP {
        match child.try_wait() {
            Ok(Some(_)) => return Ok(()),
            Err(error) => return Err(failure(error.to_string())),
            // PostgreSQL's fast shutdown; the process is there, for nobody has waited for it yet.
            Ok(None) if look == 0 => {
                kill(Pid::from_raw(id), Signal::SIGINT).map_err(|error| failure(error.to_string()))?;
            }
            Ok(None) => thread::sleep(PAUSE),
        }
    }
    Err(failure("does not stop within a minute".to_owned()))
}

/// The settings that decide what a commit survives.
fn durability_settings(durability: Durability) -> &'static [&'static str] {
    match durability {
        Durability::Durable => &["fsync=on", "synchronous_commit=on", "full_page_writes=on"],
        Durability::Ephemeral => &[
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_wal_size=4GB",
            "autovacuum=off",
        ],
    }
}

/// Tries once to connect as superuser.
fn attempt(sockets: &SocketFolder) -> Attempt {
    let url = sockets.url(ADMINISTRATOR_ROLE, "postgres");
    match PgConnection::establish(&format!("{url}&connect_timeout={CONNECT_TIMEOUT_SECONDS}")) {
        Ok(connection) => Attempt::Answers(Box::new(connection)),
        Err(ConnectionError::BadConnection(reason)) if !is_hopeless(&reason) => Attempt::NotYet(reason),
        Err(error) => Attempt::Hopeless(error.to_string()),
    }
}

/// Whether waiting will not help: the server hangs, or answers and refuses us.
fn is_hopeless(reason: &str) -> bool {
    ["timeout expired", "authentication failed", "pg_hba.conf", "does not exist"]
        .iter()
        .any(|sign| reason.contains(sign))
}

/// Whether a launch failed because an earlier server, or a process it left, has not quite gone.
fn predecessor_lingers(said: &str) -> bool {
    said.contains("is still in use") || said.contains("\"postmaster.pid\" already exists")
}

/// What the server wrote to its log since the launch.
fn read_log(folder: &ClusterFolder, begins_at: u64) -> String {
    let mut bytes = Vec::new();
    let read = |mut log: File| {
        log.seek(SeekFrom::Start(begins_at)).and_then(|_| log.read_to_end(&mut bytes)).unwrap_or_default()
    };
    folder.log().map(read).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
