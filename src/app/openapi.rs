//! The specification: what the features say about their endpoints, completed with what holds for all of them.

use actix_web::App;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::Response;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, Content, ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi as _, PartialSchema, ToSchema};
use utoipa_actix_web::AppExt;

use super::endpoints;
use super::openapi_parts::{add_examples, drop_unused, name_items, open_objects};
use crate::platform::http::document::{PROBLEM_JSON, ProblemDocument};

/// What a refusal with a status means, wherever it occurs: status, name of the response, description.
const REFUSALS: &[(u16, &str, &str)] = &[
    (
        400,
        "BadRequest",
        "The request is malformed: JSON, query parameters, a header or a missing idempotency key",
    ),
    (401, "Unauthenticated", "There is no token, or it is no longer good"),
    (403, "Forbidden", "The caller may not do this"),
    (404, "NotFound", "There is no such thing, or it is not for this caller"),
    (408, "RequestTimeout", "The body took too long to arrive"),
    (409, "Conflict", "The state does not allow this now, or the same request is in flight"),
    (412, "PreconditionFailed", "`If-Match` names a version that is no longer the newest"),
    (413, "PayloadTooLarge", "The body is larger than 256 KiB"),
    (415, "UnsupportedMediaType", "The body is not `application/json` in UTF-8"),
    (422, "InvalidRequest", "Fields of the body are not valid; `errors` names each with a JSON pointer"),
    (428, "PreconditionRequired", "`If-Match` is missing"),
    (429, "RateLimited", "Too many requests; `Retry-After` says when to come back"),
    (500, "InternalError", "A defect of the server; give `request_id` when you ask for help"),
    (503, "TemporarilyUnavailable", "The server is busy; `Retry-After` says when to come back"),
];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Huiyin",
        description = "回音:来信有回音。Citizens write, the right department answers in time, and the reviewed answer is \
            published.\n\nEvery refusal is a problem document (RFC 9457) in the language of `Accept-Language` (`zh-CN`, \
            `en`, `zh-Hant`). Lists are pages with an opaque cursor. `X-Request-Id` is returned with every answer.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "Huiyin"),
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "tickets", description = "诉求:Handing in a letter, and looking it up with reference and access code"),
        (name = "citizens", description = "本人诉求:What the submitter of a ticket sees and does"),
        (name = "work lists", description = "待办:What waits for a member of staff"),
        (name = "ticket actions", description = "办理:The commands of staff on a ticket"),
        (name = "auth", description = "登录:Signing in, sessions, passwords"),
        (name = "knowledge", description = "公开答复:What was answered and published, and the search in it"),
        (name = "publications", description = "公开审核:Redacting, reviewing and publishing answers"),
        (name = "staff accounts", description = "工作人员账号:Accounts of staff and what each may do where"),
        (name = "administration", description = "系统管理:What could not be delivered"),
        (name = "calendars", description = "工作日历与时限:Versions of calendars and time limits, and putting them in force"),
        (name = "routing", description = "派单规则:Which department a ticket goes to, and why"),
        (name = "alarms", description = "预警:Alarms of time limits, and taking notice of them"),
        (name = "supervision orders", description = "督办单:What supervisors order departments to do about a ticket"),
        (name = "audit", description = "审计:Who looked at personal data, and why"),
        (name = "directory", description = "机构、事项与区划:Departments, categories with their forms, districts"),
        (name = "statistics", description = "统计:How much comes in, how fast it is answered, what is open"),
    ),
    modifiers(&Completion),
)]
struct Base;

/// The specification of the API.
pub fn document() -> OpenApi {
    let app = App::new().into_utoipa_app().openapi(base()).configure(endpoints::configure);
    let mut document = app.split_for_parts().1;
    document.paths.paths.values_mut().flat_map(operations).for_each(complete);
    add_examples(document.paths.paths.values_mut().flat_map(operations));
    if let Some(components) = document.components.as_mut() {
        name_items(components);
        open_objects(components);
    }
    drop_unused(&mut document);
    document
}

/// The specification as it is committed: indented, with a newline at its end.
pub fn text() -> anyhow::Result<String> {
    Ok(document().to_pretty_json()? + "\n")
}

fn base() -> OpenApi {
    let mut base = Base::openapi();
    base.info.version = env!("CARGO_PKG_VERSION").to_owned();
    base
}

/// Adds the components that every operation refers to.
struct Completion;

impl Modify for Completion {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_with(Components::new);
        let mut schemas = Vec::new();
        ProblemDocument::schemas(&mut schemas);
        components.schemas.extend(schemas);
        components.schemas.insert("Problem".to_owned(), ProblemDocument::schema());
        for (_, name, description) in REFUSALS {
            components.responses.insert((*name).to_owned(), RefOr::T(refusal(description)));
        }
        for (name, description) in [
            ("staff", "Access token of a member of staff, from `POST /v1/auth/login`"),
            ("citizen", "Token for one ticket, from `POST /v1/tickets/lookup`"),
        ] {
            components.security_schemes.insert(name.to_owned(), RefOr::T(bearer(description)));
        }
    }
}

fn refusal(description: &str) -> Response {
    let problem: Content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content(PROBLEM_JSON, problem).build()
}

fn bearer(description: &str) -> SecurityScheme {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    SecurityScheme::Http(scheme.description(Some(description)).build())
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// Adds to an operation what follows from its shape: the refusals it can answer with, and that it is public.
fn complete(operation: &mut Operation) {
    if operation.description.as_deref().unwrap_or_default().is_empty() {
        operation.description = operation.summary.clone();
    }
    let needs_caller = operation.security.as_ref().is_some_and(|security| !security.is_empty());
    if !needs_caller {
        operation.security = Some(Vec::new());
    }
    for status in statuses(operation, needs_caller) {
        add_refusal(operation, status);
    }
    describe_refusals(operation);
}

fn statuses(operation: &Operation, needs_caller: bool) -> Vec<u16> {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let has = |name: &str| {
        parameters.iter().any(
            |parameter| matches!(parameter, RefOr::T(parameter) if parameter.name.eq_ignore_ascii_case(name)),
        )
    };
    let has_path = parameters.iter().any(|parameter| {
        matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == utoipa::openapi::path::ParameterIn::Path)
    });
    let has_body = operation.request_body.is_some();
    let has_query = parameters.iter().any(|parameter| {
        matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == utoipa::openapi::path::ParameterIn::Query)
    });
    let rules: [(bool, &[u16]); 7] = [
        (true, &[400, 429, 500, 503]),
        (needs_caller, &[401, 403]),
        (has_path, &[404]),
        // A parameter may name what does not exist.
        (has_query, &[422]),
        (has_body, &[408, 409, 413, 415, 422]),
        (has("If-Match"), &[412, 428]),
        (has("Idempotency-Key"), &[409, 422]),
    ];
    rules.iter().filter(|(holds, _)| *holds).flat_map(|(_, statuses)| statuses.iter().copied()).collect()
}

fn add_refusal(operation: &mut Operation, status: u16) {
    let Some((_, name, _)) = REFUSALS.iter().find(|(known, _, _)| *known == status) else { return };
    let responses = &mut operation.responses.responses;
    responses.entry(status.to_string()).or_insert_with(|| RefOr::Ref(Ref::from_response_name(*name)));
}

/// A refusal that a feature described itself has the same body as all others.
fn describe_refusals(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let is_refusal = status.starts_with('4') || status.starts_with('5');
        if let RefOr::T(response) = response
            && is_refusal
            && response.content.is_empty()
        {
            response.content = refusal("").content;
        }
    }
}
