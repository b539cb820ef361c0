//! The operations port: is it alive, is it ready, what does it count, which version is it. Not for the public.

use std::time::Duration;

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, get};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;

use super::build::build;
use super::metrics::{LastReading, measure};
use super::state::AppState;
use crate::platform::db::{DbError, deadline, pending_migrations};
use crate::platform::keys::KeyError;

/// How long the database may take until it is called away.
const PATIENCE: Duration = Duration::from_secs(3);

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig) {
    config.service(livez).service(readyz).service(metrics).service(version);
}

/// One thing that must be well for requests to be answered.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl Check {
    fn of(name: &'static str, result: Result<(), String>) -> Check {
        Check { name, ok: result.is_ok(), detail: result.err() }
    }
}

#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    degraded: bool,
    checks: Vec<Check>,
}

/// The process answers. Nothing else is asked, so that a database that is away does not get instances killed.
#[get("/livez")]
async fn livez() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "alive": true }))
}

/// Whether requests can be answered now; 503 with the failing check otherwise.
///
/// A sweep that is late or paused makes it `degraded`, and stays 200: it concerns all instances alike, and requests can
/// be answered all the same, so that no load balancer shall take them all out.
#[get("/readyz")]
async fn readyz(state: web::Data<AppState>) -> HttpResponse {
    let running = if state.is_stopping() { Err("is shutting down".to_owned()) } else { Ok(()) };
    // Whoever asks wants to know soon.
    deadline::within(PATIENCE, examine(&state, running)).await
}

async fn examine(state: &AppState, running: Result<(), String>) -> HttpResponse {
    let database =
        state.db.read(|conn| pending_migrations(conn).map_err(|e| DbError::Internal(e.to_string())));
    let (database, migrations) = match database.await {
        Ok(0) => (Ok(()), Ok(())),
        Ok(pending) => (Ok(()), Err(format!("{pending} migrations are pending; run huiyin migrate"))),
        Err(error) => (Err(error.to_string()), Err("cannot be read".to_owned())),
    };
    let ring = state.keys.clone();
    let keys = state.db.read::<_, KeyError, _>(move |conn| ring.examine(conn));
    let keys = keys.await.map_err(|error| error.to_string());
    let mut checks = vec![
        Check::of("running", running),
        Check::of("database", database),
        Check::of("migrations", migrations),
        Check::of("keys", keys),
    ];
    let ready = checks.iter().all(|check| check.ok);
    let sweep = match state.sweep_control().trouble().await {
        Ok(trouble) => trouble.map_or(Ok(()), Err),
        Err(error) => Err(error.to_string()),
    };
    checks.push(Check::of("sweep", sweep));
    let degraded = checks.iter().any(|check| !check.ok);
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(Readiness { ready, degraded, checks })
}

/// What was counted, in Prometheus' text format.
#[get("/metrics")]
async fn metrics(
    state: web::Data<AppState>,
    last: web::Data<LastReading>,
    prometheus: web::Data<PrometheusHandle>,
) -> HttpResponse {
    measure(&state, &last).await;
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(prometheus.render())
}

/// Which program this is, and of which commit.
#[get("/version")]
async fn version() -> HttpResponse {
    HttpResponse::Ok().json(build())
}
