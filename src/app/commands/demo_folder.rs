//! The folder of a demonstration: its database, its keys, and what the others write into it. Only its owner may look in.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use nix::unistd::geteuid;
use serde::{Deserialize, Serialize};

use crate::platform::config::Sources;
use crate::platform::crypto::generate_key;
use crate::platform::db::cluster::{ClusterOptions, PrivateCluster};

/// Where a demonstration lies unless somebody says otherwise.
pub(super) const USUAL: &str = ".huiyin";

/// A demonstration's folder whose database answers. Several commands may use it at once; the last one stops the database.
pub(super) struct DemoFolder {
    path: PathBuf,
    keys: Keys,
    cluster: PrivateCluster,
}

/// The keys of this city, made once and readable by its owner only.
#[derive(Serialize, Deserialize)]
struct Keys {
    sealing_keys: String,
    token_key: String,
}

impl DemoFolder {
    /// Opens a folder, or makes a new one.
    pub(super) async fn make(path: &Path) -> anyhow::Result<DemoFolder> {
        make_private(path).with_context(|| format!("making {}", path.display()))?;
        DemoFolder::open(path).await
    }

    /// Opens the folder of a demonstration that was started before.
    pub(super) async fn existing(path: &Path) -> anyhow::Result<DemoFolder> {
        let is_one = path.join(Keys::FILE).is_file();
        ensure!(is_one, "{} is no folder of `huiyin demo`", path.display());
        DemoFolder::open(path).await
    }

    async fn open(path: &Path) -> anyhow::Result<DemoFolder> {
        let path = path.canonicalize()?;
        let options = ClusterOptions::durable(path.join("postgres"));
        let cluster = tokio::task::spawn_blocking(move || PrivateCluster::start(&options)).await??;
        Ok(DemoFolder { keys: Keys::of(&path)?, path, cluster })
    }

    /// The folder itself, from the root.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the program connects.
    pub(super) fn database_url(&self) -> String {
        self.cluster.database_url()
    }

    /// Settings that lead to this folder's database, with its keys.
    pub(super) fn settings(&self, sources: Sources) -> Sources {
        sources
            .suggest("city.name", "云溪市")
            .suggest("city.name_en", "Yunxi")
            .fix("database.url", self.database_url())
            .fix("data.folder", self.path.display().to_string())
            .fix("secrets.sealing_keys", self.keys.sealing_keys.as_str())
            .fix("secrets.token_key", self.keys.token_key.as_str())
    }

    /// Leaves the folder.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        Ok(tokio::task::spawn_blocking(move || self.cluster.stop()).await??)
    }
}

impl Keys {
    const FILE: &'static str = "keys.toml";

    fn of(folder: &Path) -> anyhow::Result<Keys> {
        let file = folder.join(Keys::FILE);
        if !file.exists() {
            let keys = Keys {
                sealing_keys: format!("1:{}", *generate_key()),
                token_key: generate_key().to_string(),
            };
            write_private(&file, &toml::to_string(&keys)?)
                .with_context(|| format!("writing {}", file.display()))?;
            return Ok(keys);
        }
        fs::set_permissions(&file, Permissions::from_mode(0o600))?;
        let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is damaged", file.display()))
    }
}

/// Writes a file that only its owner may read, beside its place and moved there, so that a crash leaves either all of it
/// or nothing.
pub(super) fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let draft = file.with_extension("new");
    let mut options = OpenOptions::new();
    let mut handle = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    handle.write_all(text.as_bytes())?;
    handle.sync_all()?;
    fs::rename(draft, file)
}

/// Makes the folder and those above it, or closes one that is there to everybody else. Root makes it in the name of whoever
/// owns the folder it lies in, so that they can delete it.
fn make_private(folder: &Path) -> io::Result<()> {
    let above = std::path::absolute(folder)?.parent().map(Path::to_owned).unwrap_or_default();
    fs::create_dir_all(&above)?;
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) if geteuid().is_root() => {
            let owner = above.metadata()?;
            chown(folder, Some(owner.uid()), Some(owner.gid()))
        }
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => close(folder),
        Ok(()) => Ok(()),
    }
}

/// Others may not even pass through, but the account of a database that lies here already.
fn close(folder: &Path) -> io::Result<()> {
    let owner = folder.metadata()?.uid();
    let is_anothers = folder.join("postgres/data").metadata().is_ok_and(|data| data.uid() != owner);
    let mode = if is_anothers { 0o711 } else { 0o700 };
    fs::set_permissions(folder, Permissions::from_mode(mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_the_demonstration_is_its_owners_only() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("deep/.huiyin");
        let mode = |folder: &Path| folder.metadata().unwrap().permissions().mode() & 0o777;
        make_private(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        make_private(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        write_private(&folder.join("keys.toml"), "x").unwrap();
        assert_eq!(mode(&folder.join("keys.toml")), 0o600);
    }
}
