//! The operating system's account that the server runs as: ourselves, or another one where we are root.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::fcntl::OFlag;
use nix::unistd::{Uid, User, geteuid};

use super::ClusterError;

/// An account that may run PostgreSQL.
#[derive(Debug, Clone)]
pub(super) struct Account {
    name: String,
    uid: u32,
    gid: u32,
    is_other: bool,
}

impl Account {
    /// Chooses the account for a cluster whose data lie, or will lie, in `data`.
    pub(super) fn choose(data: &Path) -> Result<Self, ClusterError> {
        let me = geteuid();
        if me.is_root() {
            return Self::choose_as_root(data);
        }
        match owner_of(data) {
            Some(uid) if uid != me.as_raw() => Err(ClusterError::Foreign { folder: data.to_path_buf(), uid }),
            _ => find_user(me.as_raw()).map(|user| Self::of(user, false)).ok_or(ClusterError::NoAccount),
        }
    }

    fn choose_as_root(data: &Path) -> Result<Self, ClusterError> {
        let owner = data.ancestors().find_map(owner_of).filter(|uid| *uid != 0);
        let postgres = || User::from_name("postgres").ok().flatten();
        let user = owner.and_then(find_user).or_else(postgres).ok_or(ClusterError::NoAccount)?;
        Ok(Self::of(user, true))
    }

    fn of(user: User, is_other: bool) -> Self {
        Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw(), is_other }
    }

    /// The account's name in the operating system.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The account's number.
    pub(super) fn uid(&self) -> u32 {
        self.uid
    }

    /// A command run as this account in `folder`, without what the environment says about other servers.
    pub(super) fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null()).env("LC_ALL", "C");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        if self.is_other {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Whether this account can enter `folder`; asked by trying, so that access lists count too.
    pub(super) fn can_enter(&self, folder: &Path) -> bool {
        let mut nothing = self.command(Path::new("/bin/sh"), folder);
        !self.is_other || nothing.args(["-c", ":"]).status().is_ok_and(|status| status.success())
    }

    /// Makes a folder that only this account may use; one that exists is left as it is.
    pub(super) fn make_folder(&self, folder: &Path) -> io::Result<()> {
        match DirBuilder::new().mode(0o700).create(folder) {
            Ok(()) if self.is_other => lchown(folder, Some(self.uid), Some(self.gid)),
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }

    /// Opens a file of this account for appending; made when absent, a symbolic link is refused.
    pub(super) fn open_file(&self, path: &Path) -> io::Result<File> {
        let no_link = OFlag::O_NOFOLLOW.bits();
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .custom_flags(no_link)
            .open(path)?;
        if self.is_other {
            fchown(&file, Some(self.uid), Some(self.gid))?;
        }
        Ok(file)
    }
}

/// Who owns a path; `None` when it does not exist or cannot be seen.
fn owner_of(path: &Path) -> Option<u32> {
    path.metadata().ok().map(|metadata| metadata.uid())
}

/// The account of that number, if it has a name.
fn find_user(uid: u32) -> Option<User> {
    User::from_uid(Uid::from_raw(uid)).ok().flatten()
}
