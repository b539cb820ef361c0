//! `huiyin demo`, as somebody sees it who tries Huiyin out.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The program with this folder, on free ports.
fn huiyin(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huiyin"));
    command.args(arguments).arg("--folder").arg(folder).env_clear();
    for key in ["SERVER__LISTEN", "OPERATIONS__LISTEN"] {
        command.env(format!("HUIYIN__{key}"), "127.0.0.1:0");
    }
    command
        .env("HUIYIN__AUTH__PASSWORD__HASH_MEMORY_KIB", "19456")
        .env("HUIYIN__AUTH__PASSWORD__HASH_PASSES", "2");
    command
}

/// A demonstration under way, killed if the test fails.
struct Demonstration {
    child: Child,
    screen: String,
}

impl Demonstration {
    fn start(folder: &Path) -> Demonstration {
        let mut child =
            huiyin(&["demo"], folder).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut screen = String::new();
        while !screen.contains("to begin anew") {
            let Some(line) = lines.next() else {
                let said = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
                panic!("it ended: {screen}{said}");
            };
            screen.push_str(&(line + "\n"));
        }
        Demonstration { child, screen }
    }

    /// Stops it as Ctrl-C does. Returns what it said besides its screen.
    fn stop(mut self) -> String {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
        let said = std::io::read_to_string(self.child.stderr.take().unwrap()).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{said}");
        said
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        // It has ended already when the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every file and folder below this one that others than its owner may use in any way.
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let mode = |path: &Path| path.symlink_metadata().unwrap().permissions().mode() & 0o077;
    let mut found: Vec<PathBuf> =
        Some(folder.to_owned()).filter(|folder| mode(folder) != 0).into_iter().collect();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(open_to_others(&path)),
            false if mode(&path) != 0 => found.push(path),
            false => {}
        }
    }
    found
}

#[test]
fn the_demonstration_ends_with_a_short_screen_and_keeps_everything_to_its_owner() {
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("yunxi");
    let demonstration = Demonstration::start(&folder);
    let screen = demonstration.screen.clone();
    assert!(screen.lines().count() <= 30, "{screen}");
    assert!(screen.contains("/docs") && screen.contains("/readyz") && screen.contains("Next: "), "{screen}");

    let accounts = fs::read_to_string(folder.join("accounts.txt")).unwrap();
    let is_shown = |line: &&str| screen.contains(*line);
    assert!(accounts.lines().count() > 40, "{accounts}");
    assert!((5..=8).contains(&accounts.lines().filter(is_shown).count()), "{screen}");

    // Another command reaches the same city while it is open.
    let (code, answer, said) = {
        let output = huiyin(&["inspect", "--json", "--probe"], &folder).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    assert!(code < 3 && answer.contains("\"probe\""), "{code} {answer} {said}");

    assert_eq!(demonstration.stop(), "");
    let log = fs::read_to_string(folder.join("huiyin.log")).unwrap();
    assert!(log.contains("Answering on") && log.contains("Stopped"), "{log}");
    assert!(!log.contains('\u{1b}') && !log.contains("tokio_cron_scheduler"), "{log}");
    assert!(fs::read_dir(folder.join("mail")).unwrap().next().is_some());
    assert_eq!(open_to_others(&folder), Vec::<PathBuf>::new());

    // A later start shows nobody's password, and the file still has them.
    let again = Demonstration::start(&folder);
    assert!(!accounts.lines().any(|line| again.screen.contains(line)), "{}", again.screen);
    again.stop();
    if let Ok(place) = fs::read_to_string(folder.join("postgres/lies-in")) {
        fs::remove_dir_all(place.trim()).unwrap();
    }
}

#[test]
fn a_folder_that_is_none_of_a_demonstration_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = huiyin(&["inspect"], folder.path()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("is no folder of `huiyin demo`"), "{said}");
}
