//! Every feature's endpoints, in one list: the server and the specification are both made of it.

use utoipa_actix_web::service_config::ServiceConfig;

use crate::features::{
    accounts, calendars, directory, escalation, inspection, knowledge, notifications, publication,
    recalculations, routing, statistics, tickets,
};

/// Adds the endpoints of all features.
pub fn configure(config: &mut ServiceConfig) {
    config
        .configure(accounts::handlers::configure)
        .configure(directory::configure)
        .configure(calendars::configure)
        .configure(tickets::http::configure)
        .configure(notifications::handlers::configure)
        .configure(recalculations::configure)
        .configure(routing::configure)
        .configure(statistics::configure)
        .configure(escalation::configure)
        .configure(inspection::configure)
        .configure(publication::configure)
        .configure(knowledge::configure);
}
