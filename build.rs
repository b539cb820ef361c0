//! Has the program rebuilt when a migration is added, which the macro that embeds them does not notice by itself, and tells
//! the program which commit it is made of and when.
//!
//! `HUIYIN_COMMIT` names the commit where there is no repository, such as in a container; `SOURCE_DATE_EPOCH` sets the time
//! of the build. Only a release asks git: a build for tests would be made anew with every commit.

use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-env-changed=HUIYIN_COMMIT");
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let named = std::env::var("HUIYIN_COMMIT").ok().filter(|commit| !commit.is_empty());
    let commit = named.or_else(|| if is_release { commit() } else { None });
    println!("cargo:rustc-env=HUIYIN_COMMIT={}", commit.unwrap_or_else(|| "unknown".to_owned()));
    println!("cargo:rustc-env=HUIYIN_BUILT_AT={}", built_at());
}

/// The commit in the working folder, with `-dirty` when something differs from it; `None` without git or a repository.
fn commit() -> Option<String> {
    for changed in ["src", "config", "Cargo.lock"] {
        println!("cargo:rerun-if-changed={changed}");
    }
    for file in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", file])?;
        if Path::new(&path).exists() {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    git(&["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    let said = String::from_utf8(output.stdout).ok()?;
    Some(said.trim().to_owned()).filter(|said| !said.is_empty())
}

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "a build has no clock of the application")]
fn built_at() -> u64 {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    told.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}
