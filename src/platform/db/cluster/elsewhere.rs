//! Where a cluster lies whose own folder the server's account cannot reach: below `/var/lib/huiyin`, in a place that the
//! folder remembers in a note. Whoever deletes the folder gives the place up, and the next start removes it.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tracing::{info, warn};

use super::ClusterError;
use crate::platform::crypto::random_bytes;

/// Below this lie all such places.
const ROOT: &str = "/var/lib/huiyin";

/// The file in the cluster's own folder that names the place.
const NOTE: &str = "lies-in";

/// The place that the folder remembers, if it is one of ours.
pub(super) fn remembered(wanted: &Path) -> Result<Option<PathBuf>, ClusterError> {
    let Ok(text) = fs::read_to_string(wanted.join(NOTE)) else { return Ok(None) };
    let place = PathBuf::from(text.trim_end());
    if place.parent() != Some(Path::new(ROOT)) {
        return Ok(None);
    }
    open_root()?;
    Ok(Some(place))
}

/// Chooses a new place and has the folder remember it; of two starts at once both get that of the first.
pub(super) fn take(wanted: &Path) -> Result<PathBuf, ClusterError> {
    open_root()?;
    let own = format!("{}{}", prefix(wanted), hex::encode(random_bytes::<8>()));
    let (note, draft) = (wanted.join(NOTE), wanted.join(format!("{NOTE}.{own}")));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .map_err(ClusterError::at(&draft))?;
    let place = Path::new(ROOT).join(own);
    writeln!(file, "{}", place.display()).map_err(ClusterError::at(&draft))?;
    let linked = fs::hard_link(&draft, &note);
    fs::remove_file(&draft).map_err(ClusterError::at(&draft))?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(ClusterError::at(&note)(error)),
        _ => Ok(remembered(wanted)?.unwrap_or(place)),
    }
}

/// The places that this folder once remembered, before it was deleted and made again.
pub(super) fn given_up(wanted: &Path) -> Vec<PathBuf> {
    let kept = fs::read_to_string(wanted.join(NOTE)).unwrap_or_default();
    let entries = fs::read_dir(ROOT).into_iter().flatten().flatten();
    let of_this_folder = entries.filter(|entry| {
        entry.file_name().to_string_lossy().starts_with(&prefix(wanted))
            && entry.path() != Path::new(kept.trim_end())
    });
    of_this_folder.map(|entry| entry.path()).collect()
}

/// Removes a place that was given up. What cannot be removed now is left for the next start.
pub(super) fn remove(place: &Path) {
    match fs::remove_dir_all(place) {
        Ok(()) => info!("Removed {}, whose folder was deleted", place.display()),
        Err(error) => warn!(%error, "Cannot remove {}, whose folder was deleted", place.display()),
    }
}

/// Every account may pass through and none look around.
fn open_root() -> Result<(), ClusterError> {
    let root = Path::new(ROOT);
    DirBuilder::new().recursive(true).mode(0o711).create(root).map_err(ClusterError::at(root))?;
    fs::set_permissions(root, Permissions::from_mode(0o711)).map_err(ClusterError::at(root))
}

fn prefix(wanted: &Path) -> String {
    format!("{}-", short_hash(wanted))
}

/// Sixteen hexadecimal digits that stand for a path.
pub(super) fn short_hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
