//! The program: reads its arguments and runs the command they name.

use std::process::ExitCode;

use clap::Parser;
use huiyin::app::commands::{self, CommandLine};

#[tokio::main]
async fn main() -> ExitCode {
    commands::run(CommandLine::parse()).await
}
