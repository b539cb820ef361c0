//! Tickets over HTTP.

mod audit;
mod citizen;
mod citizen_session;
mod explanations;
mod replies;
mod staff_actions;
mod staff_command;
mod staff_reads;
mod submission;
mod work_orders;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig) {
    submission::configure(config);
    citizen::configure(config);
    staff_reads::configure(config);
    explanations::configure(config);
    staff_actions::configure(config);
    work_orders::configure(config);
    replies::configure(config);
    audit::configure(config);
}
