//! `huiyin config-check`: shows the configuration and explains everything that is wrong with it.

use super::{DONE, FAILED};
use crate::app::settings::Settings;
use crate::platform::config::{ConfigProblem, Layers, Sources};

const EXAMPLES: &str = "\
Examples:
  huiyin config-check
  huiyin config-check --config /etc/huiyin.toml
  HUIYIN__DATABASE__MAX_CONNECTIONS=32 huiyin config-check

Prints every key with its value (secrets as ***) and where it was set, then every problem. What is only doubtful, such as
time limits in working minutes under a calendar without hours, is told as well and is no problem. Calendars and time limits
that were imported into the database are looked at when the server starts.
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
                tell_doubts(&settings.doubts());
                Ok(tell_unsafe(&settings.unsafe_choices()))
            }
            Err(error) => {
                eprintln!("\nWrong:");
                tell(&error.problems);
                Ok(FAILED)
            }
        }
    }
}

fn tell_doubts(doubts: &[ConfigProblem]) {
    if !doubts.is_empty() {
        eprintln!("\nLook at it:");
        tell(doubts);
    }
}

fn tell_unsafe(choices: &[ConfigProblem]) -> u8 {
    if choices.is_empty() {
        eprintln!("\nNothing is wrong.");
        return DONE;
    }
    eprintln!("\nUnsafe, and refused by `huiyin serve` without --allow-unsafe:");
    tell(choices);
    FAILED
}

fn tell(problems: &[ConfigProblem]) {
    for problem in problems {
        eprintln!("  {problem}");
    }
}
