//! Where the server's socket lies, and the address that leads to it.
//!
//! The kernel limits a socket's path to about a hundred bytes, so a cluster far down a tree has its socket in
//! `/tmp`, in a folder that is refused unless it is ours and closed to everybody else.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::ClusterError;
use super::elsewhere::short_hash;
use super::folder::ClusterFolder;

/// The number in the socket's name; nothing listens on a TCP port.
const PORT: u16 = 5432;

/// The longest folder, in bytes: 104 on the strictest system, less the socket's name, its lock file and a NUL.
const LONGEST_FOLDER: usize = 80;

/// The folder of the server's socket.
#[derive(Debug)]
pub(super) struct SocketFolder {
    path: PathBuf,
    is_in_tmp: bool,
}

impl SocketFolder {
    /// Finds or makes the folder for a cluster's socket.
    pub(super) fn open(cluster: &ClusterFolder) -> Result<Self, ClusterError> {
        let account = cluster.account();
        let beside = cluster.path().join("run");
        let is_in_tmp = !is_plain(&beside);
        let name = format!("/tmp/huiyin-{}-{}", account.uid(), short_hash(cluster.path()));
        let path = if is_in_tmp { PathBuf::from(name) } else { beside };
        account.make_folder(&path).map_err(ClusterError::at(&path))?;
        let found = path.symlink_metadata().map_err(ClusterError::at(&path))?;
        if !found.is_dir() || found.uid() != account.uid() || found.mode() & 0o077 != 0 {
            return Err(ClusterError::UnsafeSocketFolder { folder: path, uid: account.uid() });
        }
        Ok(Self { path, is_in_tmp })
    }

    /// The server's settings that put its socket here and nowhere else.
    pub(super) fn settings(&self) -> Vec<String> {
        vec![
            "listen_addresses=".to_owned(),
            format!("port={PORT}"),
            format!("unix_socket_directories={}", self.path.display()),
            "unix_socket_permissions=0700".to_owned(),
        ]
    }

    /// The address of a database for a role.
    pub(super) fn url(&self, role: &str, database: &str) -> String {
        let host = self.path.to_string_lossy().replace('/', "%2F");
        format!("postgres://{role}@/{database}?host={host}&port={PORT}")
    }

    /// Removes the folder after the server is gone, if it lies in `/tmp`.
    pub(super) fn close(&self) {
        if self.is_in_tmp {
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Whether a path is short enough for a socket and needs quoting nowhere: addresses and settings split at commas.
fn is_plain(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_plain_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
    bytes.len() <= LONGEST_FOLDER && bytes.iter().all(is_plain_byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_odd_paths_are_no_place_for_a_socket() {
        assert!(is_plain(Path::new("/srv/huiyin-2/.huiyin/postgres/run")));
        assert!(!is_plain(Path::new("/srv/a,b/run")));
        assert!(!is_plain(Path::new("/srv/my files/run")));
        assert!(!is_plain(Path::new("/srv/回音/run")));
        assert!(!is_plain(&Path::new("/srv").join("x".repeat(LONGEST_FOLDER))));
    }
}
