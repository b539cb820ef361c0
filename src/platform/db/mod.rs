//! PostgreSQL: a bounded pool whose work runs on blocking threads, transactions as plain closures, errors a caller can act on.

pub mod cluster;
mod error;
mod prepared;
pub mod schema;
mod words;

use std::time::Duration;

use deadpool_diesel::postgres::{Manager, Object, Pool};
use deadpool_diesel::{ManagerConfig, RecyclingMethod, Runtime};
use diesel::PgConnection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

pub use error::DbError;
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

    async fn on_live_connection<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: Fn(&mut PgConnection) -> Attempt<Result<T, E>> + Clone + Send + 'static,
    {
        // Every pooled connection may have died with the server; one more attempt is on a fresh one.
        for _ in 0..=self.pool.status().max_size {
            let connection = self.pool.get().await.map_err(DbError::from)?;
            let done = connection.interact(work.clone()).await.map_err(DbError::from)?;
            match done {
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

/// Adds the timeouts to the address, so that a half-open link or a stuck statement cannot hang a worker.
fn with_timeouts(settings: &PoolSettings) -> String {
    let separator = if settings.url.contains('?') { '&' } else { '?' };
    let statement = settings.statement_timeout.as_millis();
    let lock = settings.lock_timeout.as_millis();
    format!(
        "{}{separator}application_name=huiyin&connect_timeout=5&tcp_user_timeout=10000&options=\
         -c%20statement_timeout%3D{statement}%20-c%20lock_timeout%3D{lock}\
         %20-c%20idle_in_transaction_session_timeout%3D30000%20-c%20timezone%3DUTC",
        settings.url
    )
}
