//! `huiyin config-check`: shows the configuration and explains everything that is wrong with it.

use super::{DONE, FAILED};
use crate::app::settings::Settings;
use crate::platform::config::{ConfigProblem, Layers, Sources};
use crate::platform::db;
use crate::platform::keys::KeyRing;

const EXAMPLES: &str = "\
Examples:
  huiyin config-check
  huiyin config-check --config /etc/huiyin.toml
  HUIYIN__DATABASE__MAX_CONNECTIONS=32 huiyin config-check

Prints every key with its value (secrets as ***) and where it was set, then every problem. What is only doubtful, such as
time limits in working minutes under a calendar without hours, is told as well and is no problem. Calendars and time limits
that were imported into the database are looked at when the server starts. Where the database answers, the keys are
compared with those that it knows.
Exit codes: 0 nothing is wrong, 1 something is.";

/// Show every setting, where it was set, and what is wrong with it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ConfigCheck {}

impl ConfigCheck {
    pub(super) fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        for (key, value, source) in Layers::read(sources).shown() {
            println!("{key} = {value}  # {source}");
        }
        match Settings::load(sources) {
            Ok(settings) => {
                let seen = look_at_database(&settings);
                tell_doubts(&[settings.doubts(), seen.doubts].concat());
                if !seen.problems.is_empty() {
                    eprintln!("\nWrong:");
                    tell(&seen.problems);
                }
                let choices = [settings.unsafe_choices(), settings.readable_secrets(sources)].concat();
                Ok(tell_unsafe(&choices, seen.problems.is_empty()))
            }
            Err(error) => {
                eprintln!("\nWrong:");
                tell(&error.problems);
                Ok(FAILED)
            }
        }
    }
}

/// What the database says of the configuration.
#[derive(Default)]
struct Seen {
    problems: Vec<ConfigProblem>,
    doubts: Vec<ConfigProblem>,
}

/// Compares the keys with those of the database, if it answers.
fn look_at_database(settings: &Settings) -> Seen {
    let mut seen = Seen::default();
    let Ok(secrets) = settings.secrets() else { return seen };
    match db::connect(&settings.database.pool().url) {
        Ok(mut conn) => {
            if let Err(error) = KeyRing::new(&secrets).examine(&mut conn) {
                seen.problems.push(ConfigProblem::new("", error.to_string()));
            }
        }
        Err(fault) => {
            seen.doubts.push(ConfigProblem::new("", format!("{fault}; nothing in it was looked at")))
        }
    }
    seen
}

fn tell_doubts(doubts: &[ConfigProblem]) {
    if !doubts.is_empty() {
        eprintln!("\nLook at it:");
        tell(doubts);
    }
}

fn tell_unsafe(choices: &[ConfigProblem], is_right: bool) -> u8 {
    if choices.is_empty() {
        if is_right {
            eprintln!("\nNothing is wrong.");
            return DONE;
        }
        return FAILED;
    }
    eprintln!("\nUnsafe, and refused by `huiyin serve` unless named in server.allow_unsafe:");
    tell(choices);
    FAILED
}

fn tell(problems: &[ConfigProblem]) {
    for problem in problems {
        eprintln!("  {problem}");
    }
}
