//! PostgreSQL: a bounded pool whose work runs on blocking threads, transactions as plain closures, errors a caller can act on.

pub mod cluster;
pub mod deadline;
mod error;
mod prepared;
pub mod schema;
mod words;

use std::time::Duration;

use deadpool_diesel::postgres::{Manager, Object, Pool};
use deadpool_diesel::{ManagerConfig, RecyclingMethod, Runtime};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::{Connection, PgConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use tracing::warn;

use deadline::limited;

pub use error::{ConnectFault, DbError};
pub use prepared::Prepared;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Where the database is and how patiently it is used.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// A `postgres://` address.
    pub url: String,
    /// Connections held at most.
    pub max_connections: usize,
    /// How long a request waits for a free connection before it is told 503.
    pub acquire_timeout: Duration,
    /// How long one statement may run.
    pub statement_timeout: Duration,
    /// How long a statement waits for a row another transaction holds.
    pub lock_timeout: Duration,
}

/// The pool. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
}

impl Db {
    /// Prepares a pool; connections are made when first needed.
    pub fn new(settings: &PoolSettings) -> Result<Db, DbError> {
        let config =
            ManagerConfig { recycling_method: RecyclingMethod::CustomFunction(Box::new(|_| Ok(()))) };
        let manager = Manager::from_config(with_timeouts(settings), Runtime::Tokio1, config);
        let pool = Pool::builder(manager)
            .max_size(settings.max_connections)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(settings.acquire_timeout))
            .create_timeout(Some(settings.acquire_timeout))
            .build()
            .map_err(|error| DbError::Internal(error.to_string()))?;
        Ok(Db { pool })
    }

    /// Runs `work` on a connection, outside a transaction: for single statements and for reads.
    ///
    /// When the connection turns out to be dead, `work` is run again on another.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T, E> + Clone + Send + 'static,
    {
        self.on_live_connection(move |conn| {
            let result = work(conn);
            match result {
                // diesel takes the answer to an empty statement for an error, so this one has to say something.
                Err(_) if conn.batch_execute("SELECT 1").is_err() => Attempt::Dead,
                other => Attempt::Done(other),
            }
        })
        .await
    }

    /// Runs `work` in one transaction: all of it happens, or nothing.
    ///
    /// A dead connection is noticed at `BEGIN`, before anything was sent, and replaced. One lost later is an error:
    /// the caller repeats the request under its idempotency key.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + From<diesel::result::Error> + Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T, E> + Clone + Send + 'static,
    {
        self.on_live_connection(move |conn| match AnsiTransactionManager::begin_transaction(conn) {
            Ok(()) => Attempt::Done(finish(conn, &work)),
            Err(_) => Attempt::Dead,
        })
        .await
    }

    /// Closes the connections; whoever asks from now on is told that the database is unavailable.
    pub fn close(&self) {
        self.pool.close();
    }

    /// What the pool holds: (connections, idle ones, requests waiting).
    pub fn load(&self) -> (usize, usize, usize) {
        let status = self.pool.status();
        (status.size, status.available, status.waiting)
    }

    /// Leaves a connection that does not answer to the thread that waits for it, and trusts none that has been idle: they
    /// lead to the same server.
    fn give_up(&self, silent: Object) {
        drop(Object::take(silent));
        drop(self.pool.retain(|_, _| false));
        warn!("The database does not answer; its connections are given up");
    }

    async fn on_live_connection<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: Fn(&mut PgConnection) -> Attempt<Result<T, E>> + Clone + Send + 'static,
    {
        // Every pooled connection may have died with the server; one more attempt is on a fresh one.
        for _ in 0..=self.pool.status().max_size {
            let connection = limited(self.pool.get()).await.ok_or(DbError::Silent)?.map_err(DbError::from)?;
            let Some(done) = limited(connection.interact(work.clone())).await else {
                self.give_up(connection);
                return Err(DbError::Silent.into());
            };
            match done.map_err(DbError::from)? {
                Attempt::Done(result) => return result,
                Attempt::Dead => drop(Object::take(connection)),
            }
        }
        Err(DbError::Unreachable.into())
    }
}

/// What came of handing work to a connection.
enum Attempt<T> {
    Done(T),
    Dead,
}

fn finish<T, E, F>(conn: &mut PgConnection, work: &F) -> Result<T, E>
where
    E: From<diesel::result::Error>,
    F: Fn(&mut PgConnection) -> Result<T, E>,
{
    match work(conn) {
        Ok(value) => {
            AnsiTransactionManager::commit_transaction(conn)?;
            Ok(value)
        }
        Err(error) => {
            // A rollback that fails leaves the transaction manager broken, and the pool throws such a connection away.
            let _ = AnsiTransactionManager::rollback_transaction(conn);
            Err(error)
        }
    }
}

/// Brings the database to the newest migration. Returns the versions that were applied.
pub fn run_migrations(conn: &mut PgConnection) -> anyhow::Result<Vec<String>> {
    let applied = conn
        .run_pending_migrations(MIGRATIONS)
        .map_err(|error| anyhow::anyhow!("migration failed: {error}"))?;
    Ok(applied.iter().map(ToString::to_string).collect())
}

/// The migrations this program has that the database lacks.
pub fn pending_migrations(conn: &mut PgConnection) -> anyhow::Result<usize> {
    let pending = conn
        .pending_migrations(MIGRATIONS)
        .map_err(|error| anyhow::anyhow!("cannot read migrations: {error}"))?;
    Ok(pending.len())
}

/// How soon a link that is cut is noticed, as far as the kernel can: neither a connection that does not come about nor
/// bytes that nobody acknowledges hold anybody for long.
const LINK: &str = "connect_timeout=3&tcp_user_timeout=10000&keepalives=1&keepalives_idle=10&keepalives_interval=3\
    &keepalives_count=3";

/// One connection for a command that needs no pool. Its statements may take as long as they like; a server that is not
/// there is noticed within seconds.
pub fn connect(url: &str) -> Result<PgConnection, ConnectFault> {
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}application_name=huiyin&{LINK}");
    PgConnection::establish(&url).map_err(|error| ConnectFault::of(&error.to_string()))
}

/// The same with a database that has this program's version.
pub fn connect_migrated(url: &str) -> anyhow::Result<PgConnection> {
    let mut conn = connect(url)?;
    match pending_migrations(&mut conn)? {
        0 => Ok(conn),
        pending => anyhow::bail!("the database lacks {pending} migrations; run `huiyin migrate` first"),
    }
}

/// Adds the timeouts to the address, so that a half-open link or a stuck statement cannot hang a worker.
fn with_timeouts(settings: &PoolSettings) -> String {
    let separator = if settings.url.contains('?') { '&' } else { '?' };
    let statement = settings.statement_timeout.as_millis();
    let lock = settings.lock_timeout.as_millis();
    format!(
        "{}{separator}application_name=huiyin&{LINK}&options=\
         -c%20statement_timeout%3D{statement}%20-c%20lock_timeout%3D{lock}\
         %20-c%20idle_in_transaction_session_timeout%3D30000%20-c%20timezone%3DUTC",
        settings.url
    )
}
