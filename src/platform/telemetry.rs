//! Logs and metrics: how they are written, not what is said.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

use super::config::{LogFormat, LoggingSettings};

/// Upper bounds of the histogram of answering times, in seconds.
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Starts logging to standard error, so that standard output stays free for what a command prints.
/// Fails when the level cannot be read or logging was started before.
pub fn start_logging(settings: &LoggingSettings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.level)?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter);
    match settings.format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init()?,
        LogFormat::Text => registry.with(lines).try_init()?,
    }
    Ok(())
}

/// Starts counting. Fails when a recorder was installed before: there is one for a process.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    let durations = Matcher::Suffix("_seconds".to_owned());
    Ok(PrometheusBuilder::new().set_buckets_for_metric(durations, SECONDS)?.install_recorder()?)
}
