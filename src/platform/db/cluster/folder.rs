//! The folder of a cluster: where it lies, whose it is, whose turn it is, and how it is first filled.
//!
//! ```text
//! data/        PostgreSQL's own
//! run/         the socket, when the path is short enough
//! server.log   what the server says
//! turn.lock    held while starting or stopping
//! users.lock   shared by every process that uses the cluster
//! lies-in      nothing but this, where the cluster lies elsewhere
//! ```

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::geteuid;
use tracing::info;

use super::account::Account;
use super::programs::Programs;
use super::{ADMINISTRATOR_ROLE, APPLICATION_ROLE, ClusterError, Durability, elsewhere};

/// From this major version on PostgreSQL brings its own C.UTF-8.
const FIRST_MAJOR_WITH_BUILTIN_LOCALE: u32 = 17;

/// A cluster's folder and the account it belongs to.
#[derive(Debug)]
pub(super) struct ClusterFolder {
    path: PathBuf,
    account: Account,
}

impl ClusterFolder {
    /// Finds or makes the folder, at `wanted` or, where the account cannot reach that, elsewhere.
    pub(super) fn open(wanted: &Path) -> Result<Self, ClusterError> {
        let wanted = absolute(wanted)?;
        if !geteuid().is_root() {
            return Self::at(wanted);
        }
        if let Some(place) = elsewhere::remembered(&wanted)? {
            return Self::at(place);
        }
        let folder = Self::at(wanted.clone())?;
        if folder.account.can_enter(&folder.path) {
            return Ok(folder);
        }
        if is_filled(&wanted) {
            return Err(ClusterError::OutOfReach {
                folder: wanted,
                account: folder.account.name().to_owned(),
            });
        }
        elsewhere::given_up(&wanted).iter().for_each(|place| give_up(place));
        let place = elsewhere::take(&wanted)?;
        info!(
            "{} cannot reach {}: the private PostgreSQL lies in {}",
            folder.account.name(),
            wanted.display(),
            place.display()
        );
        Self::at(place)
    }

    fn at(path: PathBuf) -> Result<Self, ClusterError> {
        let account = Account::choose(&path.join("data"))?;
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(ClusterError::at(parent))?;
        }
        account.make_folder(&path).map_err(ClusterError::at(&path))?;
        Ok(Self { path, account })
    }

    /// The folder itself.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The account that the server runs as.
    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    /// PostgreSQL's data folder.
    pub(super) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// A command run as the account, here.
    pub(super) fn command(&self, program: &Path) -> Command {
        self.account.command(program, &self.path)
    }

    /// Waits for this process's turn to start or stop the server; it lasts until the file is dropped.
    pub(super) fn take_turn(&self) -> Result<File, ClusterError> {
        let path = self.path.join("turn.lock");
        let file = self.account.open_file(&path).map_err(ClusterError::at(&path))?;
        file.lock().map_err(ClusterError::at(&path))?;
        Ok(file)
    }

    /// Counts this process among the users.
    pub(super) fn enter(&self) -> Result<File, ClusterError> {
        let file = self.open_users()?;
        file.lock_shared().map_err(ClusterError::at(&self.path))?;
        Ok(file)
    }

    /// The file whose locks count the users.
    fn open_users(&self) -> Result<File, ClusterError> {
        let path = self.path.join("users.lock");
        self.account.open_file(&path).map_err(ClusterError::at(&path))
    }

    /// Stops the server, if one runs, that another process launched.
    pub(super) fn stop_server(&self, programs: &Programs) -> Result<(), ClusterError> {
        if self.process_id().is_none() {
            return Ok(());
        }
        let path = programs.path("pg_ctl");
        let mut command = self.command(&path);
        command.arg("stop").arg("-D").arg(self.data()).args(["-m", "fast", "-w", "-t", "60"]);
        let output = command.output().map_err(ClusterError::at(&path))?;
        if output.status.success() {
            return Ok(());
        }
        let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(ClusterError::Program { program: "pg_ctl stop", output })
    }

    /// The server's log, for appending.
    pub(super) fn log(&self) -> Result<File, ClusterError> {
        let path = self.path.join("server.log");
        self.account.open_file(&path).map_err(ClusterError::at(&path))
    }

    /// The process id that the running server left in its data folder.
    pub(super) fn process_id(&self) -> Option<u32> {
        fs::read_to_string(self.data().join("postmaster.pid")).ok()?.lines().next()?.trim().parse().ok()
    }

    /// The major version that wrote the data; `None` before there are any.
    pub(super) fn major_version(&self) -> Result<Option<u32>, ClusterError> {
        let path = self.data().join("PG_VERSION");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.trim().parse().ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ClusterError::at(&path)(error)),
        }
    }

    /// Fills the folder the first time, and says in any case who may connect.
    pub(super) fn initialise(&self, programs: &Programs, durability: Durability) -> Result<(), ClusterError> {
        if !is_filled(&self.path) {
            self.fill(programs, durability)?;
        }
        let owner = self.account.name();
        let mut callers = String::new();
        for role in [APPLICATION_ROLE, ADMINISTRATOR_ROLE] {
            callers.push_str(&format!("huiyin \"{owner}\" {role}\nhuiyin root {role}\n"));
        }
        self.write_setting("pg_ident.conf", &callers)?;
        self.write_setting("pg_hba.conf", "local all all peer map=huiyin\n")
    }

    /// Makes the data folder under another name first, so that one broken off is not taken for a whole one.
    fn fill(&self, programs: &Programs, durability: Durability) -> Result<(), ClusterError> {
        let unfinished = self.path.join("data.unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(ClusterError::at(&unfinished))?;
        }
        let mut last_failure = String::new();
        for locale in locales(programs.major()) {
            let mut command = self.command(&programs.path("initdb"));
            command.arg("-D").arg(&unfinished).args([
                "-U",
                ADMINISTRATOR_ROLE,
                "--encoding=UTF8",
                "--auth=peer",
            ]);
            command.args(*locale).arg(match durability {
                Durability::Durable => "--data-checksums",
                Durability::Ephemeral => "--no-sync",
            });
            let output = command.output().map_err(ClusterError::at(&programs.path("initdb")))?;
            if output.status.success() {
                return fs::rename(&unfinished, self.data()).map_err(ClusterError::at(&unfinished));
            }
            last_failure = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        }
        Err(ClusterError::Program { program: "initdb", output: last_failure })
    }

    /// Replaces one of the server's files of access rules.
    fn write_setting(&self, name: &str, text: &str) -> Result<(), ClusterError> {
        let path = self.data().join(name);
        fs::write(&path, text).map_err(ClusterError::at(&path))
    }
}

/// The locales to try, best first: code point order with Unicode letters, or at the least code point order.
fn locales(major: u32) -> &'static [&'static [&'static str]] {
    const BUILTIN: &[&str] = &["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
    const SYSTEM: &[&str] = &["--locale=C.UTF-8"];
    const PLAIN: &[&str] = &["--locale=C"];
    if major >= FIRST_MAJOR_WITH_BUILTIN_LOCALE { &[BUILTIN, SYSTEM, PLAIN] } else { &[SYSTEM, PLAIN] }
}

/// Removes a place whose folder was deleted, after its server, unless another process still uses it.
fn give_up(place: &Path) {
    let Ok(folder) = ClusterFolder::at(place.to_path_buf()) else { return };
    let Ok(users) = folder.open_users() else { return };
    let stopped =
        || Programs::find(folder.major_version()?).and_then(|programs| folder.stop_server(&programs));
    if users.try_lock().is_ok() && stopped().is_ok() {
        elsewhere::remove(place);
    }
}

/// Whether a cluster's folder has its data already.
fn is_filled(folder: &Path) -> bool {
    folder.join("data/PG_VERSION").exists()
}

/// The path from the root, without symbolic links as far as it exists.
fn absolute(path: &Path) -> Result<PathBuf, ClusterError> {
    let path = std::path::absolute(path).map_err(ClusterError::at(path))?;
    for ancestor in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (ancestor.canonicalize(), path.strip_prefix(ancestor)) {
            return Ok(if rest.as_os_str().is_empty() { real } else { real.join(rest) });
        }
    }
    Ok(path)
}
