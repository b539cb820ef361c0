//! `huiyin calendar`: looks at the versions of the calendars, compares them, and proposes the next one from a notice.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use chrono::{Datelike, NaiveDate};
use clap::Subcommand;

use super::DONE;
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::features::calendars::{
    CalendarDifference, CompareVersions, DocumentFormat, ProposeVersion, Reason, RulesKind, VersionView,
};
use crate::platform::auth::caller::Caller;
use crate::platform::clock::SystemClock;
use crate::platform::config::Sources;
use crate::platform::http::idempotency::Idempotency;
use crate::platform::search::Embedded;
use crate::rules::calendar::{Calendar, DayKind};
use crate::rules::text::Title;

const EXAMPLES: &str = "\
Examples:
  huiyin calendar                                            every version, and which is in force
  huiyin calendar show cn --year 2026                        the holidays and make-up days of a year
  huiyin calendar import 2027.json --code cn --source 国办发明电〔2026〕9号
  huiyin calendar diff 1 2                                   the days that change

A file is one year as JSON in the public holiday-cn shape or as CSV (date,is_working[,name]), or the whole calendar in
TOML. It becomes the next version, as a proposal: POST /v1/staff/recalculations plans what it would move, and another
person approves.

Exit codes: 0 done, 1 refused or failed.";

/// Look at calendars, compare their versions, propose the next one
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CalendarCommand {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Propose the next version from a file
    Import {
        /// The file
        file: PathBuf,
        /// The calendar
        #[arg(long, default_value = "cn")]
        code: String,
        /// The title of the notice
        #[arg(long, value_name = "TITLE")]
        source: Option<Title>,
    },
    /// Show the days that change from one version to another
    Diff {
        /// The version before
        from: i32,
        /// The version after
        to: i32,
        /// The calendar
        #[arg(long, default_value = "cn")]
        code: String,
    },
    /// Show the days of a calendar that are not what their weekday says
    Show {
        /// The calendar
        #[arg(default_value = "cn")]
        code: String,
        /// Only this year; else the last official one
        #[arg(long)]
        year: Option<i32>,
        /// Only this version; else the one in force
        #[arg(long)]
        version: Option<i32>,
    },
}

impl CalendarCommand {
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        let settings = Settings::load(sources)?;
        let search = Arc::new(Embedded::in_memory()?);
        let state = AppState::assemble_with(settings, Arc::new(SystemClock), search).await?;
        match self.action {
            None => print!("{}", list(&state).await?),
            Some(Action::Import { file, code, source }) => {
                println!("{}", import(&state, &file, &code, source).await?);
            }
            Some(Action::Diff { from, to, code }) => {
                let versions = CompareVersions { from, to };
                let versions =
                    state.calendar_administration().compare_calendars(&Caller::System, &code, versions);
                print!("{}", difference(&versions?));
            }
            Some(Action::Show { code, year, version }) => print!("{}", show(&state, &code, year, version)?),
        }
        Ok(DONE)
    }
}

async fn list(state: &AppState) -> anyhow::Result<String> {
    let versions = state.calendar_administration().list(&Caller::System, RulesKind::Calendar).await?;
    let lines = versions.iter().map(|version| {
        let fate = match version.in_force_since {
            Some(since) => format!("in force since {}", since.format("%Y-%m-%d")),
            None => "not in force".to_owned(),
        };
        let source = version.source_title.as_deref().unwrap_or_default();
        let last = version.last_official_on.map(|on| on.to_string()).unwrap_or_default();
        format!("{:<8} v{:<4} official to {last}  {fate:<26} {source}\n", version.code, version.version)
    });
    Ok(lines.collect())
}

async fn import(state: &AppState, file: &Path, code: &str, source: Option<Title>) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let content = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        anyhow!("{}: line {line}: {}", file.display(), Reason::NotUtf8)
    })?;
    let proposal = ProposeVersion { format: format_of(file)?, content, source_title: source };
    let (versions, kind) = (state.calendar_administration(), RulesKind::Calendar);
    let made = versions.propose(&Caller::System, Idempotency::none(), kind, code, proposal).await;
    let made = made.with_context(|| file.display().to_string())?.value;
    Ok(told(&made))
}

fn told(made: &VersionView) -> String {
    let VersionView { code, version, is_in_force, .. } = made;
    let last = made.last_official_on.map(|on| on.to_string()).unwrap_or_default();
    let next = if *is_in_force {
        "It is the first of its code and in force."
    } else {
        "It is a proposal. Look at it with `huiyin calendar diff`, then plan a recalculation."
    };
    let warnings = made.warnings.iter().map(|warning| format!("\nLook at it: {}", warning.en));
    format!("{code} v{version}, official to {last}. {next}{}", warnings.collect::<String>())
}

fn format_of(file: &Path) -> anyhow::Result<DocumentFormat> {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("json") => Ok(DocumentFormat::Json),
        Some("csv") => Ok(DocumentFormat::Csv),
        Some("toml") => Ok(DocumentFormat::Toml),
        _ => bail!("{}: the name must end in .json, .csv or .toml", file.display()),
    }
}

fn difference(difference: &CalendarDifference) -> String {
    let CalendarDifference { code, from, to, days, .. } = difference;
    let (before, after) = (difference.last_official_on_before, difference.last_official_on_after);
    let days: String =
        days.iter().map(|day| format!("{}\n  -> {}\n", day.before.text.en, day.after.text.en)).collect();
    format!("{code} v{from} -> v{to}, official to {before} -> {after}\n{days}")
}

fn show(state: &AppState, code: &str, year: Option<i32>, version: Option<i32>) -> anyhow::Result<String> {
    let editions = state.calendars.editions();
    let calendar = match version {
        Some(version) => editions.calendar(code, version),
        None => editions.calendar_in_force(code),
    };
    let calendar = calendar.ok_or_else(|| anyhow!("there is no such calendar or version"))?;
    let year = year.unwrap_or_else(|| calendar.last_official_day().year());
    let first = NaiveDate::from_ymd_opt(year, 1, 1).ok_or_else(|| anyhow!("{year} is no year"))?;
    let days = first.iter_days().take_while(|day| day.year() == year);
    let special = days.filter(|day| is_special(calendar, *day));
    let days: String = special.map(|day| format!("{}\n", calendar.label(day).text.en)).collect();
    let notices = calendar.notices(year).iter().map(|notice| format!("{}\n", notice.title));
    let heading = format!("{code} v{}, {year}\n", calendar.version());
    Ok(heading + &notices.collect::<String>() + &days)
}

fn is_special(calendar: &Calendar, day: NaiveDate) -> bool {
    matches!(calendar.label(day).kind, DayKind::Holiday | DayKind::MakeUp)
}
