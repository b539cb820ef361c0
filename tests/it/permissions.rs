//! The permissions over HTTP: every endpoint of staff, called by every role, by a citizen and by nobody.
//!
//! Commands name a version that does not exist, so that whoever is allowed gets no further than 412 and the next caller
//! finds everything as it was: what is looked at here is the permission, which is decided before.

mod table;

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use futures_util::future::join_all;
use huiyin::rules::permissions::{Operation, Permission};
use huiyin::rules::vocabulary::Role;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use uuid::Uuid;

use crate::support::city::{City, heating_letter};
use crate::support::personas::sign_in;
use table::{ENDPOINTS, Endpoint};

/// The methods of a path in the specification; its other members are no operations.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Nothing bears the random id in these paths, so whoever is allowed gets a 404.
const OF_NOTHING: [&str; 7] = [
    "/v1/staff-account-requests/{id}",
    "/v1/admin/outbox/dead-letters/{id}",
    "/v1/staff/absences/{id}",
    "/v1/staff/duties/{id}",
    "/v1/staff/recalculations/{id}",
    "/v1/staff/morning-briefs/{date}",
    "/v1/staff/tickets/{reference}/clocks/{id}",
];

/// A city with an answered letter, an alarm, a proposed publication, and an account that is administered.
struct Scene {
    city: City,
    reference: String,
    citizen_token: String,
    staff: Uuid,
    alarm: Uuid,
    publication: Uuid,
    order: Uuid,
}

impl Scene {
    async fn open() -> Scene {
        let city = City::open().await;
        let letter = city.submit(&heating_letter()).await;
        city.bring_to(&letter.reference, "heating-office", "housing.handler").await;
        city.answer(&letter.reference, "housing.handler", "reviewer.gu", "已修复，今晚恢复供热。").await;
        city.app.deliver_outbox().await;
        let proposed = city.read("supervisor.qin", "/v1/staff/publications?status=proposed").await;
        Scene {
            citizen_token: city.citizen_token(&letter).await,
            staff: city.staff_id("intake.lin"),
            alarm: fire_alarm(&city),
            order: issue_order(&city),
            publication: proposed["data"][0]["id"].as_str().unwrap().parse().unwrap(),
            reference: letter.reference,
            city,
        }
    }

    /// The endpoint as a request, without a caller.
    fn request(&self, endpoint: &Endpoint) -> RequestBuilder {
        let method: Method = endpoint.method.parse().unwrap();
        let path = self.filled_in(&self.address(endpoint.path));
        let request = self.city.app.request(method, &format!("{path}{}", endpoint.query));
        let request = match endpoint.method {
            "GET" => return request,
            "POST" => request.header("Idempotency-Key", Uuid::now_v7().to_string()),
            _ => request,
        };
        let request = request.header("If-Match", "\"v2000000000\"");
        match endpoint.body {
            "" => request,
            body => request.header("Content-Type", "application/json").body(self.filled_in(body)),
        }
    }

    /// The path with what exists in the place of its parameters; what does not is a random id.
    fn address(&self, path: &str) -> String {
        let codes = [
            ("/districts/", "wanghe"),
            ("/categories/", "heating"),
            ("/calendars/", "cn"),
            ("/time-limits/", "default"),
        ];
        let code =
            codes.into_iter().find(|(part, _)| path.contains(part)).map_or("heating-office", |(_, c)| c);
        let id = match path.trim_start_matches("/v1/").split("/{id}").next() {
            Some("staff-accounts") => self.staff,
            Some("staff/alarms") => self.alarm,
            Some("staff/supervision-orders") => self.order,
            Some("staff/publications") => self.publication,
            _ => Uuid::now_v7(),
        };
        path.replace("{code}", code)
            .replace("{number}", "1")
            .replace("{date}", "2026-09-17")
            .replace("{version}", "1")
            .replace("{id}", &id.to_string())
            .replace("{grant_id}", "{some-id}")
            .replace("{finding_id}", "{some-id}")
    }

    fn filled_in(&self, text: &str) -> String {
        text.replace("{reference}", &self.reference)
            .replace("{staff}", &self.staff.to_string())
            .replace("{some-id}", &Uuid::now_v7().to_string())
    }

    async fn status(&self, endpoint: &Endpoint, token: Option<&str>) -> u16 {
        let request = self.request(endpoint);
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        request.send().await.unwrap().status().as_u16()
    }

    /// Calls every endpoint as somebody who holds this role everywhere, and no other. Whoever signs out does so as
    /// somebody else, whose session may end.
    async fn complaints(&self, role: Role) -> Vec<String> {
        let username = format!("only.{}", role.as_str().replace('_', "-"));
        let sign_in = |username: &str| sign_in(&self.city.app, username, &[(role, None)]).token;
        let token = sign_in(&username);
        let mut complaints = Vec::new();
        for (number, endpoint) in ENDPOINTS.iter().enumerate() {
            let leaving = endpoint.needs.is_empty().then(|| sign_in(&format!("{username}.{number}")));
            let status = self.status(endpoint, Some(leaving.as_ref().unwrap_or(&token))).await;
            complaints.extend(complaint(endpoint, role, status));
        }
        complaints
    }
}

/// Lets an alarm fire, as the sweep would days later.
fn fire_alarm(city: &City) -> Uuid {
    let id = Uuid::now_v7();
    let fired = diesel::sql_query(
        "INSERT INTO alarm (id, clock_id, ticket_id, reference, metric, arming, level, due_on, fire_at, fired_at, is_absorbed, kind) \
         SELECT $1, clock.id, ticket.id, ticket.reference, clock.metric, 1, 'l0', clock.due_on, $2, $2, false, ticket.kind \
         FROM clock JOIN ticket ON ticket.id = clock.ticket_id LIMIT 1",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(city.app.now())
    .execute(&mut city.app.database.connect());
    assert_eq!(fired, Ok(1));
    id
}

/// Issues a supervision order to another department, so that the one about the letter can still be issued.
fn issue_order(city: &City) -> Uuid {
    let id = Uuid::now_v7();
    let issued = diesel::sql_query(
        "INSERT INTO supervision_order (id, ticket_id, reference, department_id, status, instruction, due_on, due_at, \
             created_at, issued_by, issued_at) \
         SELECT $1, ticket.id, ticket.reference, (SELECT id FROM department WHERE code = 'property-office'), 'issued', \
             '请查明', $2::date, $2, $2, (SELECT id FROM staff WHERE username = 'supervisor.qin'), $2 \
         FROM ticket LIMIT 1",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(city.app.now())
    .execute(&mut city.app.database.connect());
    assert_eq!(issued, Ok(1));
    id
}

/// What a role needs to learn that the thing named by this path exists at all.
fn sight(path: &str) -> Option<Operation> {
    let things = [
        ("/v1/staff/tickets/{reference}", Operation::ReadTicket),
        ("/v1/staff/alarms/{id}", Operation::ReadAlarms),
        ("/v1/staff/supervision-orders/{id}", Operation::ReadSupervision),
        ("/v1/staff/publications/{id}", Operation::ReadPublication),
    ];
    things.into_iter().find(|(thing, _)| path.starts_with(thing)).map(|(_, operation)| operation)
}

/// What is wrong with the status that a role got, if anything.
fn complaint(endpoint: &Endpoint, role: Role, status: u16) -> Option<String> {
    let of_nothing = OF_NOTHING.iter().any(|prefix| endpoint.path.starts_with(prefix));
    // The letter is a complaint, and a disclosure officer has information requests only.
    let is_anothers = role == Role::DisclosureOfficer && sight(endpoint.path).is_some();
    let is_hidden =
        is_anothers || sight(endpoint.path).is_some_and(|operation| !operation.roles().contains(&role));
    let is_allowed = !is_anothers && endpoint.needs.iter().all(|need| need.is_met_by(role));
    let is_right = match status {
        401 => false,
        403 => !is_allowed && !is_hidden,
        404 => (is_allowed && of_nothing) || (!is_allowed && is_hidden),
        500.. => false,
        _ => is_allowed,
    };
    let expected = if is_allowed { "is allowed" } else { "is not allowed" };
    (!is_right).then(|| format!("{} {}: {role} {expected}, and got {status}", endpoint.method, endpoint.path))
}

/// Method and path of every operation whose caller is staff.
fn specified(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let operations = METHODS.iter().map(move |method| (method, &item[*method]));
        let of_staff = operations.filter(|(_, operation)| is_of_staff(operation));
        of_staff.map(move |(method, _)| (method.to_uppercase(), path.clone()))
    });
    operations.collect()
}

fn is_of_staff(operation: &Value) -> bool {
    let ways = operation["security"].as_array();
    ways.is_some_and(|ways| ways.iter().any(|way| way.get("staff").is_some()))
}

#[tokio::test]
async fn every_endpoint_of_staff_stands_in_the_table() {
    let city = City::open().await;
    let specified = specified(&city.app.get_json("/openapi.json").await);
    let listed: BTreeSet<(String, String)> =
        ENDPOINTS.iter().map(|endpoint| (endpoint.method.to_owned(), endpoint.path.to_owned())).collect();
    let missing: Vec<_> = specified.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&specified).collect();
    assert!(missing.is_empty(), "without a line in permissions/table.rs: {missing:#?}");
    assert!(gone.is_empty(), "in permissions/table.rs, but no endpoint: {gone:#?}");
    assert_eq!(listed.len(), ENDPOINTS.len(), "an endpoint has two lines");
}

#[tokio::test]
async fn each_role_may_do_what_the_permissions_say_and_nothing_else() {
    let scene = Scene::open().await;
    let complaints = join_all(Role::ALL.iter().map(|role| scene.complaints(*role))).await.concat();
    assert!(complaints.is_empty(), "{} wrong answers:\n{}", complaints.len(), complaints.join("\n"));
}

#[tokio::test]
async fn a_grant_for_a_department_opens_nothing_of_the_city() {
    let scene = Scene::open().await;
    let mut complaints = Vec::new();
    for role in Role::ALL {
        let username = format!("local.{}", role.as_str().replace('_', "-"));
        let local = sign_in(&scene.city.app, &username, &[(*role, Some("housing-bureau"))]).token;
        let of_the_city = ENDPOINTS.iter().filter(|endpoint| endpoint.is_of_the_city());
        for endpoint in of_the_city {
            let status = scene.status(endpoint, Some(&local)).await;
            if status != 403 {
                complaints.push(format!("{} {}: {role} got {status}", endpoint.method, endpoint.path));
            }
        }
    }
    assert!(complaints.is_empty(), "{} wrong answers:\n{}", complaints.len(), complaints.join("\n"));
}

#[tokio::test]
async fn nobody_else_gets_past_the_door() {
    let scene = Scene::open().await;
    let strangers =
        [("nobody", None), ("a citizen", Some(scene.citizen_token.as_str())), ("a forger", Some("a.b.c"))];
    let mut complaints = Vec::new();
    for endpoint in ENDPOINTS {
        for (who, token) in strangers {
            let status = scene.status(endpoint, token).await;
            if status != 401 {
                complaints.push(format!("{} {}: {who} got {status}", endpoint.method, endpoint.path));
            }
        }
    }
    assert!(complaints.is_empty(), "{} wrong answers:\n{}", complaints.len(), complaints.join("\n"));
}
