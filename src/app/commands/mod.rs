//! The command line: one module a command. A new command is a module, a line in [`Command`] and a line in [`run`].

mod calendar;
mod city;
mod config_check;
mod create_administrator;
mod demo;
mod demo_folder;
mod import;
mod inspect;
mod mail_test;
mod migrate;
mod openapi;
mod reindex;
mod renew_contacts;
mod serve;
mod simulate;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use nix::sys::stat::{Mode, umask};

use self::demo_folder::DemoFolder;
use crate::platform::config::Sources;

/// Everything was done.
pub const DONE: u8 = 0;
/// It failed; standard error says why.
pub const FAILED: u8 = 1;
/// Some of it was done, and standard error says what was not. (2 is wrong usage, told by the parser of arguments.)
pub const PARTLY: u8 = 3;

const EXAMPLES: &str = "\
Examples:
  huiyin demo                                      start a sample city with everything it needs
  huiyin config-check --config /etc/huiyin.toml    show every setting and what is wrong with it
  huiyin migrate --config /etc/huiyin.toml         bring the database to this version
  huiyin create-administrator --username admin    print a one-time code for the first account
  huiyin serve --config /etc/huiyin.toml           answer requests until SIGINT or SIGTERM
  huiyin reindex --config /etc/huiyin.toml         build this instance's search index anew
  huiyin renew-contacts --config /etc/huiyin.toml  bring stored contacts to their normal form
  huiyin import FILE --mapping FILE --source NAME  take over answered letters from another system
  huiyin city apply FOLDER --dry-run               show what a city's own files would change
  huiyin calendar import 2027.json --code cn       propose next year's holidays
  huiyin mail-test operator@example.gov.cn         see whether mail leaves
  huiyin inspect --probe                           tell monitoring what an inspection would punish
  huiyin simulate --time-limits FILE --from DAY --to DAY   try time limits on past answers
  huiyin openapi > api-spec/openapi.json           print the specification
  huiyin inspect --folder .huiyin                  the same on the city that `huiyin demo` keeps there

Settings come from the built-in defaults, then one file (--config or HUIYIN_CONFIG), then the environment
(HUIYIN__SECTION__KEY). Secrets come from the environment or from files of their own.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done; inspect has those of monitoring.";

/// 回音 Huiyin: every matter lands somewhere, every letter gets an echo.
#[derive(Debug, Parser)]
#[command(name = "huiyin", version, about, after_help = EXAMPLES)]
pub struct CommandLine {
    /// The configuration file; HUIYIN_CONFIG names it too
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of a demonstration: the command uses its database and keys [demo: .huiyin]
    #[arg(long, global = true, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    CreateAdministrator(create_administrator::CreateAdministrator),
    Reindex(reindex::Reindex),
    RenewContacts(renew_contacts::RenewContacts),
    Import(import::Import),
    Calendar(calendar::CalendarCommand),
    City(city::CityCommand),
    Inspect(inspect::Inspect),
    Simulate(simulate::Simulate),
    MailTest(mail_test::MailTest),
    Openapi(openapi::Openapi),
    ConfigCheck(config_check::ConfigCheck),
}

/// Runs the command that the arguments name. Returns how it went.
pub async fn run(line: CommandLine) -> ExitCode {
    // Whatever the program writes, other accounts have no business with it.
    umask(Mode::from_bits_truncate(0o077));
    let sources = Sources::of_process(line.config);
    let outcome = match (line.command, line.folder) {
        (Command::Demo(command), folder) => command.run(sources, folder).await,
        (command, None) => command.run(sources).await,
        (command, Some(folder)) => command.run_in(&folder, sources).await,
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        // Whoever read what is printed has gone away, as `head` does.
        Err(error) if is_without_reader(&error) => ExitCode::from(DONE),
        Err(error) => {
            eprintln!("huiyin: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

impl Command {
    /// Runs with the database and the keys of a demonstration, whether or not it is running.
    async fn run_in(self, folder: &Path, sources: Sources) -> anyhow::Result<u8> {
        let folder = DemoFolder::existing(folder).await?;
        let outcome = self.run(folder.settings(sources)).await;
        folder.close().await?;
        outcome
    }

    async fn run(self, sources: Sources) -> anyhow::Result<u8> {
        match self {
            Command::Demo(command) => command.run(sources, None).await,
            Command::Serve(command) => command.run(&sources).await,
            Command::Migrate(command) => command.run(&sources).await,
            Command::CreateAdministrator(command) => command.run(&sources).await,
            Command::Reindex(command) => command.run(&sources).await,
            Command::RenewContacts(command) => command.run(&sources).await,
            Command::Import(command) => command.run(&sources).await,
            Command::Calendar(command) => command.run(&sources).await,
            Command::City(command) => command.run(&sources).await,
            Command::Inspect(command) => command.run(&sources).await,
            Command::Simulate(command) => command.run(&sources).await,
            Command::MailTest(command) => command.run(&sources).await,
            Command::Openapi(command) => command.run(),
            Command::ConfigCheck(command) => command.run(&sources),
        }
    }
}

fn is_without_reader(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
