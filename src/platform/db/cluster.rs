//! The private PostgreSQL cluster: where no database is configured, Huiyin runs one of its own from the
//! installed programs, in a folder of its own, and stops it when the last process that uses it leaves.
//!
//! It knows nothing of tables and migrations.
//!
//! **Who may connect.** The server listens on a Unix socket only, in a folder of mode 0700 that belongs to the
//! account it runs as, and asks the kernel who is calling (`peer`): that account and root are let in, nobody
//! else, whatever the modes of the folders above. The application connects as `huiyin`, which owns its database
//! and is no superuser.
//!
//! **Which account.** PostgreSQL refuses to run as root. An ordinary user runs it as itself. Root runs it as the
//! owner of the data, else as the owner of the folder it will lie in (a user's checkout), else as `postgres`.
//! When that account cannot reach the folder, for instance below a home of mode 0700, the cluster lies below
//! `/var/lib/huiyin` instead, in a place that a note in the folder names: deleting the folder begins anew everywhere.
//!
//! **Who starts and stops.** Every process that uses the cluster holds a shared lock on `users.lock`; starting
//! and stopping are done under `turn.lock`. The last one out stops the server. The server is in a process group
//! of its own, so Ctrl-C in the terminal reaches Huiyin alone, which then stops it in order. A server that
//! outlived a killed Huiyin is taken over.

mod account;
mod elsewhere;
mod folder;
mod programs;
mod server;
mod sockets;

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::pg::PgConnection;
use diesel::prelude::*;
use tracing::{info, warn};

use folder::ClusterFolder;
use programs::Programs;
use server::Server;
use sockets::SocketFolder;

/// The role the application connects as: owner of its database, no superuser.
pub const APPLICATION_ROLE: &str = "huiyin";

/// The cluster's superuser, for making databases; the application never connects as this.
pub const ADMINISTRATOR_ROLE: &str = "postgres";

/// The database the application uses.
pub const APPLICATION_DATABASE: &str = "huiyin";

/// What a commit survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A power cut: every commit is on disk before it is acknowledged.
    Durable,
    /// Nothing but an orderly stop or a killed process: for tests, several times faster.
    Ephemeral,
}

/// How to run a private cluster.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// The folder that holds the cluster and nothing else; made when absent.
    pub folder: PathBuf,
    /// What a commit survives.
    pub durability: Durability,
    /// Connections the server accepts at once.
    pub max_connections: u16,
    /// The server's own cache in megabytes (2^20 bytes).
    pub shared_buffers_megabytes: u32,
}

impl ClusterOptions {
    /// A cluster to keep: durable, 100 connections, 512 MB of cache, of which only what is used takes memory.
    pub fn durable(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            durability: Durability::Durable,
            max_connections: 100,
            shared_buffers_megabytes: 512,
        }
    }

    /// A cluster for tests: not durable, 200 connections, 64 MB of cache.
    pub fn ephemeral(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            durability: Durability::Ephemeral,
            max_connections: 200,
            shared_buffers_megabytes: 64,
        }
    }
}

/// Why there is no private cluster, told by what the operator can do about it.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No PostgreSQL server programs were found.
    #[error(
        "no PostgreSQL server programs (initdb, postgres, pg_ctl) were found: run scripts/install-dependencies"
    )]
    NotInstalled,
    /// PostgreSQL is there but too old.
    #[error("PostgreSQL {found} is installed, but {} or newer is needed", programs::OLDEST_MAJOR)]
    TooOld {
        /// The newest major version found.
        found: u32,
    },
    /// The data were written by a major version that is not installed.
    #[error("the cluster was made by PostgreSQL {major}, whose server programs are not installed")]
    MajorMissing {
        /// The major version that wrote the data.
        major: u32,
    },
    /// No account may run the server.
    #[error(
        "PostgreSQL does not run as root and there is no account `postgres`: make one or run as an ordinary user"
    )]
    NoAccount,
    /// The cluster belongs to somebody else.
    #[error("{} belongs to another user (uid {uid}): run as that user or as root", folder.display())]
    Foreign {
        /// The cluster's data folder.
        folder: PathBuf,
        /// Its owner.
        uid: u32,
    },
    /// The cluster's folder was closed to the server's account after it had been filled.
    #[error("{account} can no longer reach {}: open the folders above it (chmod o+x)", folder.display())]
    OutOfReach {
        /// The cluster's folder.
        folder: PathBuf,
        /// The server's account.
        account: String,
    },
    /// The folder for the sockets was made by somebody else, or is open to others.
    #[error("{} is not a folder of mode 0700 owned by uid {uid}: remove it", folder.display())]
    UnsafeSocketFolder {
        /// The folder found.
        folder: PathBuf,
        /// The owner it should have.
        uid: u32,
    },
    /// One of PostgreSQL's programs failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Its name.
        program: &'static str,
        /// What it said.
        output: String,
    },
    /// The server ended while starting, or did not answer in time.
    #[error("PostgreSQL in {} does not answer: {reason}", folder.display())]
    DoesNotAnswer {
        /// The cluster's folder; `server.log` in it has the whole story.
        folder: PathBuf,
        /// What the server or the connection said last.
        reason: String,
    },
    /// The role or database could not be made.
    #[error("the private cluster could not be prepared: {0}")]
    Preparation(#[from] diesel::result::Error),
    /// A file or folder could not be used.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl ClusterError {
    /// Says which path an input or output error is about.
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_path_buf(), source }
    }
}

/// A running private cluster. Dropping it stops the server, unless another process still uses it.
#[derive(Debug)]
pub struct PrivateCluster {
    folder: ClusterFolder,
    programs: Programs,
    sockets: SocketFolder,
    server: Server,
    membership: Option<File>,
}

impl PrivateCluster {
    /// Makes the cluster if there is none, starts its server unless it runs, and waits until it answers.
    ///
    /// # Errors
    /// See [`ClusterError`]; the message says what to do.
    pub fn start(options: &ClusterOptions) -> Result<Self, ClusterError> {
        let folder = ClusterFolder::open(&options.folder)?;
        let _turn = folder.take_turn()?;
        let membership = folder.enter()?;
        let programs = Programs::find(folder.major_version()?)?;
        folder.initialise(&programs, options.durability)?;
        let sockets = SocketFolder::open(&folder)?;
        let mut server = Server::new(&sockets, options);
        let mut connection = server.answer(&folder, &programs, &sockets)?;
        prepare(&mut connection)?;
        info!(
            cluster.folder = %folder.path().display(),
            "The private PostgreSQL {} answers in {}", programs.major(), folder.path().display()
        );
        Ok(Self { folder, programs, sockets, server, membership: Some(membership) })
    }

    /// Where the application connects: its own database, not as superuser.
    pub fn database_url(&self) -> String {
        self.url_of_database(APPLICATION_DATABASE)
    }

    /// Where the application would connect were its database named `database`.
    pub fn url_of_database(&self, database: &str) -> String {
        self.sockets.url(APPLICATION_ROLE, database)
    }

    /// Where the superuser connects, to make and drop databases.
    pub fn administrator_url(&self) -> String {
        self.sockets.url(ADMINISTRATOR_ROLE, "postgres")
    }

    /// The folder the cluster really lies in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The server's process id; `None` when it does not run.
    pub fn process_id(&self) -> Option<u32> {
        self.folder.process_id()
    }

    /// The path of one of PostgreSQL's own programs, for instance `pgbench`, whether or not it is installed.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.path(name)
    }

    /// A command that runs as the account of the server, in the cluster's folder.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        self.folder.command(program.as_ref())
    }

    /// Stops the server in order, unless another process still uses it.
    ///
    /// # Errors
    /// [`ClusterError::Program`] when the server does not stop within a minute.
    pub fn stop(mut self) -> Result<(), ClusterError> {
        self.leave()
    }

    /// Gives up this process's share; the last one out stops the server.
    fn leave(&mut self) -> Result<(), ClusterError> {
        let Some(membership) = self.membership.take() else { return Ok(()) };
        let _turn = self.folder.take_turn()?;
        let users = self.folder.path().join("users.lock");
        // Unlocked, not only closed: a child that another thread is just starting shares the open file.
        membership.unlock().map_err(ClusterError::at(&users))?;
        match membership.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(()),
            Err(TryLockError::Error(error)) => Err(ClusterError::at(&users)(error)),
            Ok(()) => {
                self.server.stop(&self.folder, &self.programs)?;
                self.sockets.close();
                Ok(())
            }
        }
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        if let Err(error) = self.leave() {
            warn!(%error, "The private PostgreSQL could not be stopped");
        }
    }
}

/// Makes the application's role and database where they are missing.
fn prepare(connection: &mut PgConnection) -> QueryResult<()> {
    if !is_listed(connection, "pg_roles", "rolname", APPLICATION_ROLE)? {
        run(
            connection,
            &format!("CREATE ROLE {APPLICATION_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"),
        )?;
    }
    if !is_listed(connection, "pg_database", "datname", APPLICATION_DATABASE)? {
        run(connection, &format!("CREATE DATABASE {APPLICATION_DATABASE} OWNER {APPLICATION_ROLE}"))?;
    }
    Ok(())
}

/// Whether a catalogue has a row of that name.
fn is_listed(connection: &mut PgConnection, catalogue: &str, column: &str, name: &str) -> QueryResult<bool> {
    run(connection, &format!("SELECT 1 FROM {catalogue} WHERE {column} = '{name}'")).map(|rows| rows > 0)
}

/// Runs one statement and counts its rows.
fn run(connection: &mut PgConnection, statement: &str) -> QueryResult<usize> {
    diesel::sql_query(statement).execute(connection)
}
