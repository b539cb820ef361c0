//! PostgreSQL's server programs, wherever the distribution put them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ClusterError;

/// The oldest major version that Huiyin works with.
pub(super) const OLDEST_MAJOR: u32 = 15;

/// Folders outside of PATH that hold server programs; a `*` stands for any text within one name.
const KNOWN_PLACES: [&str; 9] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/lib/postgresql*/bin",
    "/usr/libexec/postgresql*",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/opt/local/lib/postgresql*/bin",
];

/// One installation of the server programs.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    folder: PathBuf,
    major: u32,
}

impl Programs {
    /// Finds the programs of major version `wanted`, or any that is new enough: PATH first, then the newest.
    pub(super) fn find(wanted: Option<u32>) -> Result<Self, ClusterError> {
        let installed = installed();
        let suits = |it: &&Self| wanted.map_or(it.major >= OLDEST_MAJOR, |major| it.major == major);
        if let Some(programs) = installed.iter().find(suits) {
            return Ok(programs.clone());
        }
        let newest = installed.iter().map(|it| it.major).max();
        Err(match (wanted, newest) {
            (_, None) => ClusterError::NotInstalled,
            (Some(major), _) => ClusterError::MajorMissing { major },
            (None, Some(found)) => ClusterError::TooOld { found },
        })
    }

    /// The path of a program beside the server.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The major version.
    pub(super) fn major(&self) -> u32 {
        self.major
    }

    /// Looks at one folder.
    fn in_folder(folder: &Path) -> Option<Self> {
        let is_complete = ["initdb", "postgres", "pg_ctl"].iter().all(|name| folder.join(name).is_file());
        if !is_complete {
            return None;
        }
        let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let major = major_of(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { folder: folder.to_path_buf(), major })
    }
}

/// Every installation, in order of preference.
fn installed() -> Vec<Programs> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<Programs> = std::env::split_paths(&path)
        .filter_map(|folder| folder.join("initdb").canonicalize().ok())
        .filter_map(|initdb| initdb.parent().and_then(Programs::in_folder))
        .collect();
    let mut elsewhere: Vec<Programs> = KNOWN_PLACES
        .iter()
        .flat_map(|place| matching(Path::new(place)))
        .filter_map(|folder| Programs::in_folder(&folder))
        .collect();
    elsewhere.sort_by_key(|it| std::cmp::Reverse(it.major));
    found.append(&mut elsewhere);
    found
}

/// The folders that a pattern stands for.
fn matching(pattern: &Path) -> BTreeSet<PathBuf> {
    let mut folders = BTreeSet::from([PathBuf::new()]);
    for part in pattern.components() {
        let part = part.as_os_str().to_string_lossy().into_owned();
        folders = folders.iter().flat_map(|folder| matching_in(folder, &part)).collect();
    }
    folders
}

/// The entries of `folder` that one part of a pattern stands for.
fn matching_in(folder: &Path, part: &str) -> Vec<PathBuf> {
    let Some((start, end)) = part.split_once('*') else { return vec![folder.join(part)] };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.len() >= part.len() - 1 && name.starts_with(start) && name.ends_with(end)
        })
        .map(|entry| entry.path())
        .collect()
}

/// The major version in `postgres (PostgreSQL) 17.2 (Debian 17.2-1)` or `… 18beta1`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL)")?.1.trim_start();
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_whatever_the_distribution_appends() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)\n"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_of("something else"), None);
    }

    #[test]
    fn a_star_stands_for_any_text_within_one_name() {
        let root = tempfile::tempdir().unwrap();
        for name in ["pgsql-15/bin", "pgsql-16/bin", "pgsq", "other/bin"] {
            fs::create_dir_all(root.path().join(name)).unwrap();
        }
        let found = matching(&root.path().join("pgsql-*/bin"));
        let expected = ["pgsql-15/bin", "pgsql-16/bin"].map(|name| root.path().join(name));
        assert_eq!(found, BTreeSet::from(expected));
    }
}
