//! `huiyin simulate`: what if these time limits, or this calendar, had been in force? Reads only.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, ensure};
use chrono::NaiveDate;

use super::{DONE, PARTLY};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::features::recalculations::{Compared, Outcome, Simulation, simulate};
use crate::features::tickets::ProposedRules;
use crate::platform::clock::SystemClock;
use crate::platform::config::Sources;
use crate::platform::search::Embedded;
use crate::rules::calendar::Calendar;
use crate::rules::time_limits::TimeLimits;

const EXAMPLES: &str = "\
Examples:
  huiyin simulate --time-limits shorter.toml --from 2026-01-01 --to 2026-06-30
  huiyin simulate --calendar cn-2027.toml --from 2026-11-01 --to 2026-12-31 --json

Every ticket that was received in the period and answered is measured twice: by what held, and by the file, with the same
receipt, pauses and extensions. Nothing is written.

Exit codes: 0 done, 1 failed, 3 nothing was answered in the period.";

/// Try time limits or a calendar on the answers of a period
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Simulate {
    /// Time limits in TOML, as in config/time_limits
    #[arg(long, value_name = "FILE", required_unless_present = "calendar")]
    time_limits: Option<PathBuf>,
    /// A calendar in TOML, as in config/calendars
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
    /// The first day of receipt
    #[arg(long, value_name = "DAY")]
    from: NaiveDate,
    /// The last day of receipt
    #[arg(long, value_name = "DAY")]
    to: NaiveDate,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

impl Simulate {
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        ensure!(self.from <= self.to, "--from is after --to");
        let proposed = ProposedRules {
            calendar: read(self.calendar.as_deref(), Calendar::parse)?,
            limits: read(self.time_limits.as_deref(), TimeLimits::parse)?,
        };
        let settings = Settings::load(sources)?;
        let search = Arc::new(Embedded::in_memory()?);
        let state = AppState::assemble_with(settings, Arc::new(SystemClock), search).await?;
        let simulation = simulate(&state.db, &state.tickets, &proposed, self.from, self.to).await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&simulation)?);
        } else {
            print!("{}", table(&simulation));
        }
        Ok(if simulation.total.answers == 0 { PARTLY } else { DONE })
    }
}

/// Reads and parses a file, if there is one.
fn read<T, E>(file: Option<&Path>, parse: impl Fn(&str) -> Result<T, E>) -> anyhow::Result<Option<Arc<T>>>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let Some(file) = file else { return Ok(None) };
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let parsed = parse(&text).with_context(|| file.display().to_string())?;
    Ok(Some(Arc::new(parsed)))
}

fn table(simulation: &Simulation) -> String {
    let Simulation { from, to, total, departments } = simulation;
    let heading = format!("Answers to what was received from {from} to {to}: before -> after\n\n");
    let columns = format!(
        "{:<32}{:>9}{:>20}{:>18}{:>14}\n",
        "department", "answers", "on time", "breaches", "busiest day"
    );
    let rows = departments.iter().chain([total]).map(row);
    heading + &columns + &rows.collect::<String>()
}

fn row(compared: &Compared) -> String {
    let Compared { department, answers, before, after } = compared;
    let name = match department.as_deref() {
        None => "all",
        Some("") => "(desk)",
        Some(code) => code,
    };
    let on_time = format!("{} -> {}", percent(before), percent(after));
    let breaches = format!("{} -> {}", before.breaches, after.breaches);
    let busiest = format!("{} -> {}", before.busiest_day, after.busiest_day);
    format!("{name:<32}{answers:>9}{on_time:>20}{breaches:>18}{busiest:>14}\n")
}

fn percent(outcome: &Outcome) -> String {
    outcome.on_time_rate.map_or_else(|| "-".to_owned(), |rate| format!("{:.1} %", rate * 100.0))
}
