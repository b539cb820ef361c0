//! A database of its own for every test, cloned from a migrated template on a private cluster.
//!
//! The cluster belongs to the checkout. The first test of a process starts it or joins it, whether the tests are
//! threads of one process or processes of their own; it is stopped when the last such process has ended. One
//! that does not answer is thrown away and made anew.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::OnceLock;

use std::os::unix::process::CommandExt;

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use huiyin::platform::db::cluster::{ClusterError, ClusterOptions, PrivateCluster};
use huiyin::platform::db::run_migrations;

/// The advisory lock under which the template is made.
const TEMPLATE_LOCK: i64 = 0x0068_7569_7969_6e01;

/// A database with every migration applied and no rows, dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    /// Makes one; blocks for a few tenths of a second.
    pub fn new() -> Self {
        let shared = SharedCluster::get();
        let name = format!("t_{}_{}", std::process::id(), Uuid::now_v7().simple());
        shared.copy_template(&name);
        let url = shared.cluster.url_of_database(&name);
        Self { name, url }
    }

    /// Makes one from a test that is `async`.
    pub async fn create() -> Self {
        tokio::task::spawn_blocking(Self::new).await.expect("a test database")
    }

    /// Its address, for a role that owns it and is no superuser.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The socket of its server.
    pub fn socket(&self) -> PathBuf {
        let (_, query) = self.url.split_once('?').expect("an address of a socket");
        let value = |name: &str| {
            let pair = query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name));
            pair.map(|(_, value)| value.replace("%2F", "/"))
        };
        let folder = value("host").expect("the folder of the socket");
        Path::new(&folder).join(format!(".s.PGSQL.{}", value("port").unwrap_or_else(|| "5432".to_owned())))
    }

    /// Its address for the cluster's superuser, as which the application must not run.
    pub fn superuser_url(&self) -> String {
        let administrator = SharedCluster::get().cluster.administrator_url();
        assert!(administrator.contains("/postgres?"), "the administrator's database is not where it was");
        administrator.replacen("/postgres?", &format!("/{}?", self.name), 1)
    }

    /// A copy of it as it stands now, as a backup is. Cuts every connection to it off.
    pub fn back_up(&self) -> Self {
        let shared = SharedCluster::get();
        let name = format!("{}_copy", self.name);
        let copy = format!("CREATE DATABASE {name} TEMPLATE {} OWNER huiyin STRATEGY WAL_LOG", self.name);
        shared.alone_in(&self.name, &copy);
        let url = shared.cluster.url_of_database(&name);
        Self { name, url }
    }

    /// Puts the backup in its place, as an operator does: under the same address. Cuts every connection to it off.
    pub fn restore(&self, backup: Self) {
        let shared = SharedCluster::get();
        shared.alone_in(&self.name, &format!("ALTER DATABASE {0} RENAME TO {0}_lost", self.name));
        shared.alone_in(&backup.name, &format!("ALTER DATABASE {} RENAME TO {}", backup.name, self.name));
        drop_database(&mut shared.administrator(), &format!("{}_lost", self.name));
    }

    /// A connection of the test's own.
    pub fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url).expect("the test database answers")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        drop_database(&mut SharedCluster::get().administrator(), &self.name);
    }
}

/// The cluster that all tests of this checkout share.
struct SharedCluster {
    cluster: PrivateCluster,
    template: String,
    _guard: Option<Child>,
}

impl SharedCluster {
    /// The one of this process, started or joined when first asked for.
    fn get() -> &'static Self {
        static SHARED: OnceLock<SharedCluster> = OnceLock::new();
        SHARED.get_or_init(|| {
            let cluster = start_or_replace(&ClusterOptions::ephemeral(cluster_folder()));
            let guard = stop_after_this_process(&cluster).ok();
            let template = format!("template_{}", hash_of_migrations());
            let shared = SharedCluster { cluster, template, _guard: guard };
            shared.drop_abandoned();
            shared.make_template();
            shared
        })
    }

    fn administrator(&self) -> PgConnection {
        PgConnection::establish(&self.cluster.administrator_url()).expect("the test cluster answers")
    }

    /// Makes the template unless it is there, and drops those of other migrations.
    fn make_template(&self) {
        let mut admin = self.administrator();
        run(&mut admin, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"));
        if !databases(&mut admin, "template_").contains(&self.template) {
            for stale in databases(&mut admin, "template_") {
                drop_database(&mut admin, &stale);
            }
            self.fill_template(&mut admin);
        }
        run(&mut admin, &format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})"));
    }

    /// Migrates under another name first, so that a template broken off is not taken for a whole one.
    fn fill_template(&self, admin: &mut PgConnection) {
        let unfinished = format!("template_unfinished_{}", std::process::id());
        run(admin, &format!("CREATE DATABASE {unfinished} OWNER huiyin"));
        let mut connection = PgConnection::establish(&self.cluster.url_of_database(&unfinished))
            .expect("the template answers");
        let applied = run_migrations(&mut connection).expect("the migrations apply");
        assert_eq!(
            applied.len(),
            migrations().len(),
            "the program was built before the newest migration was written"
        );
        drop(connection);
        run(admin, &format!("ALTER DATABASE {unfinished} RENAME TO {}", self.template));
        run(admin, &format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", self.template));
    }

    fn copy_template(&self, name: &str) {
        let template = &self.template;
        let statement = format!("CREATE DATABASE {name} TEMPLATE {template} OWNER huiyin STRATEGY WAL_LOG");
        run(&mut self.administrator(), &statement);
    }

    /// Runs a statement that nobody else may be connected for; whoever comes back meanwhile is cut off again.
    fn alone_in(&self, database: &str, statement: &str) {
        let mut admin = self.administrator();
        let cut = format!(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{database}'"
        );
        for attempt in 1.. {
            run(&mut admin, &cut);
            match diesel::sql_query(statement).execute(&mut admin) {
                Ok(_) => return,
                Err(error) => assert!(attempt < 20, "{statement}: {error}"),
            }
        }
    }

    /// Drops the databases of test processes that were killed.
    fn drop_abandoned(&self) {
        let mut admin = self.administrator();
        for name in databases(&mut admin, "t_") {
            let process = name.split('_').nth(1).and_then(|id| id.parse().ok());
            if process.is_some_and(|id| kill(Pid::from_raw(id), None) == Err(Errno::ESRCH)) {
                drop_database(&mut admin, &name);
            }
        }
    }
}

/// Where this checkout's test cluster lies; the build folder may be shared with other checkouts.
fn cluster_folder() -> PathBuf {
    let checkout = hex::encode(Sha256::digest(env!("CARGO_MANIFEST_DIR")));
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("postgres-{}", &checkout[..16]))
}

/// Starts the cluster, a new one when the old one does not answer.
fn start_or_replace(options: &ClusterOptions) -> PrivateCluster {
    if let Ok(cluster) = PrivateCluster::start(options) {
        return cluster;
    }
    // One process at a time, and another look first: the last one may have replaced it already.
    let lock = File::create(options.folder.with_extension("lock")).expect("the build folder is writable");
    lock.lock().expect("a file lock");
    let first_error = match PrivateCluster::start(options) {
        Ok(cluster) => return cluster,
        Err(error) => error,
    };
    let folder = match &first_error {
        ClusterError::DoesNotAnswer { folder, .. } => folder.clone(),
        _ => options.folder.clone(),
    };
    throw_away(&folder.join("data"));
    PrivateCluster::start(options).unwrap_or_else(|error| panic!("no test cluster: {first_error}; {error}"))
}

/// Kills the server of a data folder, if that is what its process file says, and removes the data.
fn throw_away(data: &Path) {
    let file = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let mut lines = file.lines();
    let process = lines.next().and_then(|line| line.trim().parse().ok());
    // The file may have come with a copy of another checkout, whose server is none of our business.
    let is_its_own = lines.next().is_some_and(|folder| Path::new(folder) == data);
    if let (Some(process), true) = (process, is_its_own) {
        let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
    }
    let _ = fs::remove_dir_all(data);
}

/// Starts a shell that outlives this process, however it ends, and then stops the server if nobody else uses it.
///
/// It notices by the end of its input. Where there is no `flock` the server stays, for the next run to join.
fn stop_after_this_process(cluster: &PrivateCluster) -> io::Result<Child> {
    let script = r#"cat; exec flock turn.lock flock --nonblock users.lock "$0" stop -D data -m fast"#;
    cluster
        .command("/bin/sh")
        .arg("-c")
        .arg(script)
        .arg(cluster.program("pg_ctl"))
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// The `up.sql` of every migration, the oldest first.
fn migrations() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<PathBuf> = fs::read_dir(root)
        .expect("the migrations")
        .map(|entry| entry.expect("a migration").path().join("up.sql"))
        .collect();
    files.sort();
    files
}

/// What the template depends on: the names and texts of all migrations.
fn hash_of_migrations() -> String {
    let files = migrations();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.as_os_str().as_encoded_bytes());
        hash.update(fs::read(&file).expect("a migration's up.sql"));
    }
    hex::encode(hash.finalize())[..16].to_owned()
}

#[derive(QueryableByName)]
struct DatabaseName {
    #[diesel(sql_type = Text)]
    datname: String,
}

/// The databases whose names begin so.
fn databases(admin: &mut PgConnection, prefix: &str) -> Vec<String> {
    let query = "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1)";
    let rows = diesel::sql_query(query).bind::<Text, _>(prefix).load::<DatabaseName>(admin);
    rows.expect("the list of databases").into_iter().map(|row| row.datname).collect()
}

fn drop_database(admin: &mut PgConnection, name: &str) {
    run(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
}

fn run(admin: &mut PgConnection, statement: &str) {
    diesel::sql_query(statement).execute(admin).unwrap_or_else(|error| panic!("{statement}: {error}"));
}
