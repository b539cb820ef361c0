//! The server: the API on one port, operations on another, background work beside them, and an orderly end.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpServer, web};
use anyhow::Context;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tracing::{info, warn};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::background::Background;
use super::metrics::{self, LastReading};
use super::state::AppState;
use super::{endpoints, openapi, operations};
use crate::app::settings::Settings;
use crate::platform::http::compress::compress;
use crate::platform::http::edge::edge;
use crate::platform::http::known_paths::KnownPaths;
use crate::platform::http::problem_list;

/// How often the counted durations are folded into their buckets when nobody asks for them.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);

/// What requests and background work get of the grace; the rest is for closing everything.
const PART_OF_GRACE: f32 = 0.9;

/// How long the ports may take to close at the end.
const LAST_PATIENCE: Duration = Duration::from_millis(500);

/// The two open ports.
pub struct Listeners {
    api: TcpListener,
    operations: TcpListener,
}

impl Listeners {
    /// Opens both ports as configured; port 0 is any free one.
    pub fn bind(settings: &Settings) -> anyhow::Result<Listeners> {
        Ok(Listeners {
            api: listener(settings.server.listen, "server.listen")?,
            operations: listener(settings.operations.listen, "operations.listen")?,
        })
    }
}

fn listener(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| format!("cannot listen on {address} ({key})"))
}

/// A server at work.
pub struct RunningServer {
    /// Where the API is.
    pub api: SocketAddr,
    /// Where operations are.
    pub operations: SocketAddr,
    state: AppState,
    background: Background,
    handles: [ServerHandle; 2],
    tasks: [JoinHandle<std::io::Result<()>>; 2],
    upkeep: JoinHandle<()>,
}

/// Starts answering on both ports.
pub async fn start(
    state: AppState,
    listeners: Listeners,
    prometheus: PrometheusHandle,
) -> anyhow::Result<RunningServer> {
    let (api, operations) = (listeners.api.local_addr()?, listeners.operations.local_addr()?);
    metrics::describe();
    let background = Background::start(&state).await?;
    let upkeep = tokio::spawn(keep_up(prometheus.clone()));
    let servers =
        [api_server(&state, listeners.api)?, operations_server(&state, listeners.operations, prometheus)?];
    let handles = servers.each_ref().map(Server::handle);
    let tasks = servers.map(tokio::spawn);
    info!(api = %api, operations = %operations, "Answering on {api}, operations on {operations}");
    Ok(RunningServer { api, operations, state, background, handles, tasks, upkeep })
}

/// SIGINT and SIGTERM. Listened for before the server starts, so that one that comes at once stops it in good order.
pub struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// Listens from now on.
    pub fn listen() -> anyhow::Result<StopSignals> {
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(StopSignals { interrupt, terminate })
    }
}

impl RunningServer {
    /// Waits for one of the signals, then stops.
    pub async fn run_until(self, mut signals: StopSignals) -> anyhow::Result<()> {
        tokio::select! {
            _ = signals.interrupt.recv() => info!("Interrupted, finishing what is under way"),
            _ = signals.terminate.recv() => info!("Asked to stop, finishing what is under way"),
        }
        self.stop().await
    }

    /// Takes no more requests and finishes what is under way, requests and background work, within the grace. What hangs
    /// is left behind.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.state.begin_stopping();
        let [api, operations] = self.handles;
        let grace = self.state.settings.server.shutdown_grace();
        let patience = grace.mul_f32(PART_OF_GRACE);
        let finished = timeout(patience, api.stop(true));
        let (finished, ()) = tokio::join!(finished, self.background.stop(patience));
        if finished.is_err() {
            warn!(seconds = patience.as_secs(), "Requests did not end in time and were left");
        }
        self.upkeep.abort();
        let ended = timeout(LAST_PATIENCE, async {
            operations.stop(true).await;
            for task in self.tasks {
                task.await??;
            }
            anyhow::Ok(())
        });
        ended.await.unwrap_or(Ok(()))?;
        self.state.db.close();
        info!("Stopped");
        Ok(())
    }
}

fn api_server(state: &AppState, listener: TcpListener) -> anyhow::Result<Server> {
    let known_paths = web::Data::new(KnownPaths::of(&openapi::document()));
    let settings = state.settings.server.clone();
    let state = state.clone();
    let server = HttpServer::new(move || {
        let (app, _) = App::new().into_utoipa_app().configure(endpoints::configure).split_for_parts();
        app.configure(|config| state.provide(config))
            .app_data(known_paths.clone())
            .service(web::redirect("/docs", "/docs/"))
            .service(viewer())
            .service(problem_list::explain)
            .default_service(web::to(refuse))
            .wrap(from_fn(compress))
            .wrap(from_fn(edge))
    });
    let server = if settings.workers == 0 { server } else { server.workers(settings.workers) };
    let server = server.shutdown_timeout(settings.shutdown_grace_seconds).disable_signals();
    Ok(server.listen(listener)?.run())
}

/// The specification and its viewer, whose files are in this program; it asks no other host for anything.
fn viewer() -> SwaggerUi {
    SwaggerUi::new("/docs/{_:.*}")
        .url("/openapi.json", openapi::document())
        .config(Config::default().validator_url("none").deep_linking(true).persist_authorization(false))
}

async fn refuse(request: HttpRequest, known_paths: web::Data<KnownPaths>) -> actix_web::HttpResponse {
    known_paths.refuse(&request)
}

fn operations_server(
    state: &AppState,
    listener: TcpListener,
    prometheus: PrometheusHandle,
) -> anyhow::Result<Server> {
    let (state, prometheus) = (web::Data::new(state.clone()), web::Data::new(prometheus));
    let last = web::Data::new(LastReading::default());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(last.clone())
            .app_data(prometheus.clone())
            .configure(operations::configure)
    });
    Ok(server.workers(1).shutdown_timeout(1).disable_signals().listen(listener)?.run())
}

async fn keep_up(prometheus: PrometheusHandle) {
    let mut ticks = tokio::time::interval(METRICS_UPKEEP);
    loop {
        ticks.tick().await;
        prometheus.run_upkeep();
    }
}
