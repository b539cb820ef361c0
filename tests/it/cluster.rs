//! The private PostgreSQL cluster, and the test databases that stand on one.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use tempfile::TempDir;

use huiyin::platform::db::cluster::{ClusterError, ClusterOptions, PrivateCluster};

use crate::support::database::TestDatabase;

/// A folder that every account can enter, as a checkout usually is.
fn open_folder() -> TempDir {
    folder_of_mode(0o755)
}

fn folder_of_mode(mode: u32) -> TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(mode)).tempdir().unwrap()
}

fn start(options: &ClusterOptions) -> PrivateCluster {
    PrivateCluster::start(options).unwrap()
}

fn connect(cluster: &PrivateCluster) -> PgConnection {
    PgConnection::establish(&cluster.database_url()).unwrap()
}

fn run(connection: &mut PgConnection, statement: &str) {
    diesel::sql_query(statement).execute(connection).unwrap();
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    answer: bool,
}

fn number(connection: &mut PgConnection, query: &str) -> i64 {
    diesel::sql_query(query).get_result::<Number>(connection).unwrap().number
}

fn is_true(connection: &mut PgConnection, query: &str) -> bool {
    diesel::sql_query(query).get_result::<Answer>(connection).unwrap().answer
}

/// The folder of the socket, read back from the cluster's address.
fn socket_folder(cluster: &PrivateCluster) -> PathBuf {
    let url = cluster.database_url();
    let host = url.split("host=").nth(1).unwrap().split('&').next().unwrap();
    PathBuf::from(host.replace("%2F", "/"))
}

#[test]
fn a_cluster_that_was_stopped_keeps_its_data() {
    let parent = open_folder();
    let options = ClusterOptions::ephemeral(parent.path().join("cluster"));
    let cluster = start(&options);
    run(&mut connect(&cluster), "CREATE TABLE letter AS SELECT '回音' AS title");
    cluster.stop().unwrap();

    let cluster = start(&options);
    let kept = "SELECT count(*) AS number FROM letter WHERE title = '回音'";
    assert_eq!(number(&mut connect(&cluster), kept), 1);
}

#[test]
fn a_stopped_cluster_has_no_server() {
    let parent = open_folder();
    let cluster = start(&ClusterOptions::ephemeral(parent.path().join("cluster")));
    let process = Pid::from_raw(cluster.process_id().unwrap().try_into().unwrap());
    let url = cluster.database_url();
    cluster.stop().unwrap();
    assert!(kill(process, None).is_err());
    assert!(PgConnection::establish(&url).is_err());
}

#[test]
fn the_application_owns_its_database_and_is_no_superuser() {
    let parent = open_folder();
    let cluster = start(&ClusterOptions::ephemeral(parent.path().join("cluster")));
    let connection = &mut connect(&cluster);
    let may_more = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls AS answer \
                    FROM pg_roles WHERE rolname = current_user";
    let owns = "SELECT datdba::regrole::text = current_user AS answer \
                FROM pg_database WHERE datname = current_database()";
    assert!(!is_true(connection, may_more));
    assert!(is_true(connection, owns));
}

#[test]
fn a_cluster_to_keep_is_durable_and_not_on_the_network() {
    let parent = open_folder();
    let cluster = start(&ClusterOptions::durable(parent.path().join("cluster")));
    let settings = "SELECT bool_and(current_setting(name) = 'on') AND current_setting('listen_addresses') = '' \
                    AS answer FROM unnest(ARRAY['fsync', 'synchronous_commit', 'full_page_writes', \
                    'data_checksums']) AS name";
    assert!(is_true(&mut connect(&cluster), settings));
    let mode = fs::metadata(socket_folder(&cluster)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_killed_server_starts_again_with_every_commit() {
    let parent = open_folder();
    let options = ClusterOptions::durable(parent.path().join("cluster"));
    let cluster = start(&options);
    run(&mut connect(&cluster), "CREATE TABLE letter AS SELECT generate_series(1, 1000) AS number");
    let process = cluster.process_id().unwrap().try_into().unwrap();
    kill(Pid::from_raw(process), Signal::SIGKILL).unwrap();
    drop(cluster);

    let cluster = start(&options);
    assert_eq!(number(&mut connect(&cluster), "SELECT count(*) AS number FROM letter"), 1000);
}

#[test]
fn two_starts_at_once_share_one_server_that_the_last_one_stops() {
    let parent = open_folder();
    let options = ClusterOptions::ephemeral(parent.path().join("cluster"));
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| start(&options));
        let two = scope.spawn(|| start(&options));
        (one.join().unwrap(), two.join().unwrap())
    });
    assert_eq!(one.process_id(), two.process_id());
    one.stop().unwrap();
    assert_eq!(number(&mut connect(&two), "SELECT 1::bigint AS number"), 1);
    let url = two.database_url();
    two.stop().unwrap();
    assert!(PgConnection::establish(&url).is_err());
}

#[test]
fn a_path_too_long_for_a_socket_has_its_socket_elsewhere() {
    let parent = open_folder();
    let deep = parent.path().join("深".repeat(30)).join("a,b 'c'\"$d").join("cluster");
    let options = ClusterOptions::ephemeral(&deep);
    let cluster = start(&options);
    let sockets = socket_folder(&cluster);
    assert!(sockets.starts_with("/tmp") && !sockets.starts_with(parent.path()));
    assert_eq!(number(&mut connect(&cluster), "SELECT 1::bigint AS number"), 1);
    cluster.stop().unwrap();
    assert!(!sockets.exists());

    DirBuilder::new().mode(0o755).create(&sockets).unwrap();
    let refusal = PrivateCluster::start(&options).map(drop);
    fs::remove_dir(&sockets).unwrap();
    assert!(matches!(refusal, Err(ClusterError::UnsafeSocketFolder { .. })), "{refusal:?}");
}

/// Only root may give the server to another account, so only root can be in this situation.
#[test]
fn a_folder_that_the_server_cannot_reach_is_replaced_by_one_it_can() {
    let parent = folder_of_mode(0o700);
    let options = ClusterOptions::ephemeral(parent.path().join("cluster"));
    let cluster = start(&options);
    if !geteuid().is_root() {
        assert_eq!(cluster.folder(), parent.path().canonicalize().unwrap().join("cluster"));
        return;
    }
    let folder = cluster.folder().to_path_buf();
    assert!(folder.starts_with(Path::new("/var/lib/huiyin")));
    run(&mut connect(&cluster), "CREATE TABLE letter AS SELECT 1 AS number");
    cluster.stop().unwrap();

    // Once it lies there it stays there, or the letters would seem lost.
    fs::set_permissions(parent.path(), Permissions::from_mode(0o755)).unwrap();
    let cluster = start(&options);
    let letters = number(&mut connect(&cluster), "SELECT count(*) AS number FROM letter");
    assert_eq!((letters, cluster.folder()), (1, folder.as_path()));
    cluster.stop().unwrap();

    // Whoever deletes the folder begins anew, and nothing of before is left.
    fs::set_permissions(parent.path(), Permissions::from_mode(0o700)).unwrap();
    fs::remove_dir_all(parent.path().join("cluster")).unwrap();
    let cluster = start(&options);
    let is_there = is_true(&mut connect(&cluster), "SELECT to_regclass('letter') IS NOT NULL AS answer");
    let is_left = folder.exists();
    let folder = cluster.folder().to_path_buf();
    drop(cluster);
    fs::remove_dir_all(folder).unwrap();
    assert!(!is_there && !is_left);
}

#[test]
fn every_test_has_a_migrated_database_of_its_own() {
    let (one, two) = (TestDatabase::new(), TestDatabase::new());
    run(&mut one.connect(), "CREATE TABLE only_here (number integer)");
    let there = "SELECT to_regclass('only_here') IS NOT NULL AS answer";
    assert!(is_true(&mut one.connect(), there));
    assert!(!is_true(&mut two.connect(), there));
    let migrations = "SELECT count(*) AS number FROM __diesel_schema_migrations";
    assert!(number(&mut two.connect(), migrations) > 0);
}

#[tokio::test]
async fn a_test_database_is_gone_when_the_test_is_done() {
    let database = TestDatabase::create().await;
    let url = database.url().to_owned();
    assert!(PgConnection::establish(&url).is_ok());
    drop(database);
    assert!(PgConnection::establish(&url).is_err());
}
