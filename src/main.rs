//! The program: reads its arguments and runs the command they name.

use std::process::ExitCode;

use clap::Parser;
use huiyin::app::commands::{self, CommandLine};

/// Whoever reads our output may go away, as `head` does: then there is nothing left to do.
fn leave_quietly_without_a_reader() {
    let otherwise = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload().downcast_ref::<String>().map(String::as_str).unwrap_or_default();
        if said.starts_with("failed printing to std") && said.contains("Broken pipe") {
            std::process::exit(0);
        }
        otherwise(panic);
    }));
}

fn main() -> ExitCode {
    leave_quietly_without_a_reader();
    let line = CommandLine::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("huiyin: cannot start threads: {error}");
            return ExitCode::from(commands::FAILED);
        }
    };
    let code = runtime.block_on(commands::run(line));
    // A thread may wait for a database that never answers; the process does not.
    runtime.shutdown_background();
    code
}
