//! Logs and metrics: how they are written, not what is said.

use std::fs::OpenOptions;
use std::io::IsTerminal;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use super::config::{LogFormat, LoggingSettings};

/// Upper bounds of the histogram of answering times, in seconds.
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Parts whose daily business is of no use to an operator, unless the level names them.
const CHATTERERS: &[&str] = &["tokio_cron_scheduler", "tantivy"];

/// The log file is begun anew at a start that finds it longer than this many bytes.
const LONGEST_LOG: u64 = 16 << 20;
/// The library that reads requests calls it an error when a stranger sends nonsense; what concerns us of it is logged by the edge.
const HTTP_READER: &str = "actix_http";

/// Starts logging to standard error, so that standard output stays free for what a command prints.
/// Fails when the level cannot be read or logging was started before.
pub fn start_logging(settings: &LoggingSettings) -> anyhow::Result<()> {
    let registry = tracing_subscriber::registry().with(filter(&settings.level)?);
    match settings.format {
        LogFormat::Json => registry.with(json_lines()).try_init()?,
        LogFormat::Text => registry.with(text_lines()).try_init()?,
    }
    Ok(())
}

/// Starts logging into a file, as text and for its owner only, and where `is_shown` to standard error as well.
/// Fails like [`start_logging`], and when the file cannot be written.
pub fn start_logging_to_file(settings: &LoggingSettings, path: &Path, is_shown: bool) -> anyhow::Result<()> {
    let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    let file = opened.with_context(|| format!("opening the log {}", path.display()))?;
    if file.metadata()?.len() > LONGEST_LOG {
        file.set_len(0)?;
    }
    let lines = fmt::layer().with_ansi(false).with_writer(file);
    let shown = is_shown.then(text_lines);
    tracing_subscriber::registry().with(filter(&settings.level)?).with(lines).with(shown).try_init()?;
    Ok(())
}

fn json_lines<S>() -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fmt::layer().with_writer(std::io::stderr).json().flatten_event(true)
}

/// Lines for people, in colours where they look at a terminal.
fn text_lines<S>() -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let is_coloured = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    fmt::layer().with_writer(std::io::stderr).with_ansi(is_coloured)
}

/// What is logged: the level, less what chatters.
fn filter(level: &str) -> anyhow::Result<EnvFilter> {
    let mut filter = EnvFilter::try_new(level)?;
    let tells_business = filter.max_level_hint().is_none_or(|most| most >= LevelFilter::INFO);
    for part in CHATTERERS.iter().filter(|part| tells_business && !level.contains(**part)) {
        filter = filter.add_directive(format!("{part}=warn").parse()?);
    }
    if !level.contains(HTTP_READER) {
        filter = filter.add_directive(format!("{HTTP_READER}=off").parse()?);
    }
    Ok(filter)
}

/// Starts counting. Fails when a recorder was installed before: there is one for a process.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    let durations = Matcher::Suffix("_seconds".to_owned());
    Ok(PrometheusBuilder::new().set_buckets_for_metric(durations, SECONDS)?.install_recorder()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_chatter_are_quiet_unless_the_level_names_them() {
        assert!(filter("info").unwrap().to_string().contains("tokio_cron_scheduler=warn"));
        assert!(!filter("info,tokio_cron_scheduler=info").unwrap().to_string().contains("scheduler=warn"));
        assert!(!filter("error").unwrap().to_string().contains("scheduler"));
    }
}
