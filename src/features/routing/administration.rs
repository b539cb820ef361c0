//! What those who manage routing do: read, write and try rules.

use std::sync::Arc;

use diesel::PgConnection;

use super::editing::save_rule;
use super::error::{RoutingError, RuleRefusal};
use super::jobs::looked_at;
use super::requests::{PreviewRouting, RuleEntry};
use super::service::Routing;
use super::store;
use super::views::{PreviewView, RuleView};
use crate::features::tickets::find_matter;
use crate::platform::auth::caller::{Caller, Ownership, StaffCaller};
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::http::locale::Locale;
use crate::rules::calendar::Calendar;
use crate::rules::permissions::{CityOperation, Operation};
use crate::rules::reference::Reference;
use crate::rules::routing::Matter;

/// The operations on rules. Cheap to clone.
#[derive(Clone)]
pub struct RoutingAdministration {
    routing: Routing,
    sealer: Sealer,
    clock: SharedClock,
    calendar: Arc<Calendar>,
}

impl RoutingAdministration {
    /// Manages these rules; answers to repeated requests are sealed, and the calendar tells the city's day.
    pub fn new(
        routing: Routing,
        sealer: Sealer,
        clock: SharedClock,
        calendar: Arc<Calendar>,
    ) -> RoutingAdministration {
        RoutingAdministration { routing, sealer, clock, calendar }
    }

    /// Every rule, in the order they are asked, those that are switched off too.
    pub async fn list_rules(&self, caller: &Caller) -> Result<Vec<RuleView>, RoutingError> {
        authorise(caller, CityOperation::ReadRouting)?;
        let city = self.routing.directory().snapshot();
        let rows = self.routing.db().read(|conn| Ok::<_, RoutingError>(store::list_rules(conn)?)).await?;
        Ok(rows.into_iter().map(|row| RuleView::new(&city, row)).collect())
    }

    /// One rule.
    pub async fn rule(&self, caller: &Caller, number: i32) -> Result<RuleView, RoutingError> {
        authorise(caller, CityOperation::ReadRouting)?;
        let city = self.routing.directory().snapshot();
        let row = self.routing.db().read(move |conn| Ok::<_, RoutingError>(store::find_rule(conn, number)?));
        Ok(RuleView::new(&city, row.await?.ok_or(RoutingError::NotFound)?))
    }

    /// Adds a rule.
    pub async fn create_rule(
        &self,
        caller: &Caller,
        idempotency: Idempotency,
        entry: RuleEntry,
    ) -> Result<Once<RuleView>, RoutingError> {
        authorise(caller, CityOperation::ManageRouting)?;
        let (sealer, now) = (self.sealer.clone(), self.clock.now());
        let city = self.routing.directory().snapshot();
        let created = self.routing.db().transaction(move |conn| {
            once(conn, &idempotency, &sealer, now, |conn| -> Result<RuleView, RoutingError> {
                store::lock_version(conn)?;
                let number = free_number(conn, &entry)?;
                let row = save_rule(conn, &city, number, &entry, None)?;
                Ok(RuleView::new(&city, row))
            })
        });
        self.showing(created.await?).await
    }

    /// Changes a rule, provided that it still is at this version.
    pub async fn update_rule(
        &self,
        caller: &Caller,
        number: i32,
        version: i32,
        entry: RuleEntry,
    ) -> Result<RuleView, RoutingError> {
        authorise(caller, CityOperation::ManageRouting)?;
        if entry.number.is_some_and(|given| given != number) {
            return Err(RuleRefusal::Number.at("/number"));
        }
        let city = self.routing.directory().snapshot();
        let updated = self.routing.db().transaction(move |conn| {
            store::lock_version(conn)?;
            let known = store::find_rule(conn, number)?.ok_or(RoutingError::NotFound)?;
            if known.version != version {
                return Err(RoutingError::Stale);
            }
            let row = save_rule(conn, &city, number, &entry, Some(&known))?;
            Ok(RuleView::new(&city, row))
        });
        self.showing(updated.await?).await
    }

    /// Where a letter would go. Sends nothing and keeps nothing.
    pub fn preview(
        &self,
        caller: &Caller,
        letter: &PreviewRouting,
        locale: Locale,
    ) -> Result<PreviewView, RoutingError> {
        // Nothing is read of any letter and nothing is changed: a permission anywhere is enough.
        if !caller.may_somewhere(Operation::PreviewRouting) {
            return Err(RoutingError::Forbidden);
        }
        let city = self.routing.directory().snapshot();
        let category = letter.category.as_str();
        if city.category_by_code(category).is_none() {
            return Err(RuleRefusal::UnknownCategory(category.to_owned()).at("/category"));
        }
        let area = letter.area.as_ref().map(|area| area.as_str());
        if let Some(area) = area.filter(|area| city.district(area).is_none()) {
            return Err(RuleRefusal::UnknownDistrict(area.to_owned()).at("/area"));
        }
        let matter = Matter {
            kind: letter.kind,
            channel: letter.channel,
            category,
            area,
            title: letter.title.as_str(),
            body: letter.body.as_str(),
        };
        let on = letter.on.unwrap_or_else(|| self.calendar.local_day(self.clock.now()));
        Ok(PreviewView::new(&city, self.routing.decide(&matter, on), locale))
    }

    /// Where the rules, as they are today, would send a ticket that is here. Changes nothing.
    pub async fn preview_ticket(
        &self,
        caller: &StaffCaller,
        reference: &Reference,
        locale: Locale,
    ) -> Result<PreviewView, RoutingError> {
        let reference = reference.to_string();
        let routing = self.routing.clone();
        let found = self.routing.db().read(move |conn| {
            // What is proposed is what would be done, so it is looked at by the rules as they are.
            routing.refresh_within(conn)?;
            Ok::<_, RoutingError>(find_matter(conn, &reference)?)
        });
        let ticket = found.await?.ok_or(RoutingError::NotFound)?;
        let departments: Vec<i32> = ticket.department_id.into_iter().collect();
        let of = Ownership { kind: ticket.kind, departments, assignees: Vec::new() };
        if !caller.may_on(Operation::ReadTicket, &of) {
            return Err(RoutingError::NotFound);
        }
        if !caller.may_on(Operation::PreviewRouting, &of) {
            return Err(RoutingError::Forbidden);
        }
        let city = self.routing.directory().snapshot();
        let matter = looked_at(&city, &ticket).ok_or(RoutingError::NotFound)?;
        let on = self.calendar.local_day(self.clock.now());
        Ok(PreviewView::new(&city, self.routing.decide(&matter, on), locale))
    }

    /// Lets this instance use its own change at once; the others use it when they are woken.
    async fn showing<T>(&self, changed: T) -> Result<T, RoutingError> {
        self.routing.refresh().await?;
        Ok(changed)
    }
}

fn authorise(caller: &Caller, operation: CityOperation) -> Result<(), RoutingError> {
    if caller.may_city_wide(operation) { Ok(()) } else { Err(RoutingError::Forbidden) }
}

fn free_number(conn: &mut PgConnection, entry: &RuleEntry) -> Result<i32, RoutingError> {
    let Some(number) = entry.number else { return Ok(store::next_number(conn)?) };
    match store::find_rule(conn, number)? {
        None => Ok(number),
        Some(_) => Err(RoutingError::NumberTaken),
    }
}
