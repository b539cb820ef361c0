//! `huiyin inspect`: tells monitoring what an inspection would punish, and tries the channel.

use std::sync::Arc;

use serde_json::json;

use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::features::inspection::{CheckView, InspectionView, ProbeView};
use crate::platform::clock::SystemClock;
use crate::platform::config::Sources;
use crate::platform::http::locale::Locale;
use crate::platform::search::Embedded;
use crate::rules::inspection::Severity;
use crate::rules::texts::Sentence;

/// Nothing is near its limit.
const OK: u8 = 0;
/// Something comes near its limit.
const WARN: u8 = 1;
/// A limit is at hand or has passed, or the channel is closed.
const CRITICAL: u8 = 2;
/// It could not be found out.
const UNKNOWN: u8 = 3;

const EXAMPLES: &str = "\
Examples:
  huiyin inspect --config /etc/huiyin.toml
  huiyin inspect --json | jq .inspection.level
  huiyin inspect --probe       hand a letter in as well, which leaves nothing behind

Thresholds and their sources stand in config/inspection.toml; what a city changes, in a file of its own that the setting
inspection.thresholds_file names. The letter of the probe is checked, sealed, written, routed
and looked for by the code that serves citizens, in one transaction that is rolled back: it takes no number, stands in no
list, figure or history, and nobody is told. Whether the running instances take messages is the check `messages`.

Exit codes, as monitoring expects them: 0 ok, 1 warning, 2 critical or the probe failed, 3 it could not be found out.";

/// Tell monitoring what an inspection would punish
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Inspect {
    /// Print JSON instead of lines
    #[arg(long)]
    json: bool,
    /// Try the channel with a letter that leaves nothing behind
    #[arg(long)]
    probe: bool,
}

impl Inspect {
    /// A failure is an exit code of its own here: to monitoring 1 is a warning.
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        match self.inspect(sources).await {
            Ok(code) => Ok(code),
            Err(error) => {
                eprintln!("huiyin: {error:#}");
                Ok(UNKNOWN)
            }
        }
    }

    async fn inspect(&self, sources: &Sources) -> anyhow::Result<u8> {
        let settings = Settings::load(sources)?;
        settings.city.install_texts();
        let locale = settings.city.locale;
        let search = Arc::new(Embedded::in_memory()?);
        let state = AppState::assemble_with(settings, Arc::new(SystemClock), search).await?;
        let inspector = state.inspector();
        let inspection = inspector.inspect(locale).await?;
        let probe = if self.probe { Some(inspector.probe().await?) } else { None };
        if self.json {
            println!("{}", json!({"inspection": inspection, "probe": probe}));
        } else {
            print(&inspection, probe.as_ref(), locale);
        }
        Ok(code(&inspection, probe.as_ref()))
    }
}

fn code(inspection: &InspectionView, probe: Option<&ProbeView>) -> u8 {
    if probe.is_some_and(|probe| !probe.is_ok()) {
        return CRITICAL;
    }
    match inspection.level {
        Severity::Ok => OK,
        Severity::Warn => WARN,
        Severity::Critical => CRITICAL,
    }
}

fn print(inspection: &InspectionView, probe: Option<&ProbeView>, locale: Locale) {
    println!("{}", inspection.level);
    for check in &inspection.checks {
        println!("{:<9} {}", check.level.as_str(), line(check, locale));
    }
    for step in probe.iter().flat_map(|probe| &probe.steps) {
        let level = if step.is_ok { Severity::Ok } else { Severity::Critical };
        println!("{:<9} probe {}: {}", level.as_str(), step.step, step.detail);
    }
}

fn line(check: &CheckView, locale: Locale) -> String {
    let (title, reference) = (&check.title, check.reference.as_deref().unwrap_or_default());
    let Some(minutes) = check.minutes_left else { return format!("{title}: –") };
    let (days, hours, rest) = (minutes.abs() / (24 * 60), minutes.abs() / 60 % 24, minutes.abs() % 60);
    let left = Sentence::new(if minutes < 0 { "inspection-late" } else { "inspection-left" });
    let left = locale.say(&left.with("days", days).with("hours", hours).with("minutes", rest));
    format!("{title}: {left} {reference}").trim_end().to_owned()
}
