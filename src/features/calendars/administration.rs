//! What those who manage time limits and calendars do: look at versions, compare them, propose the next. A proposal
//! changes no promise; a recalculation puts it in force.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::difference::{compare_calendars, compare_time_limits};
use super::error::CalendarsError;
use super::imports::{read_csv, read_json};
use super::installation::{Embedded, Outcome, new_version, put};
use super::model::RulesKind;
use super::next_version::{merge, with_version};
use super::refusal::{Reason, Refusal};
use super::requests::{CompareVersions, DocumentFormat, ProposeVersion};
use super::service::Calendars;
use super::store::{self, DocumentRow};
use super::views::{CalendarDifference, TimeLimitsDifference, VersionDocument, VersionView};
use crate::features::accounts::People;
use crate::platform::auth::caller::Caller;
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::rules::calendar::Calendar;
use crate::rules::permissions::CityOperation;
use crate::rules::time_limits::TimeLimits;

/// The operations on versions. Cheap to clone.
#[derive(Clone)]
pub struct CalendarAdministration {
    calendars: Calendars,
    sealer: Sealer,
    clock: SharedClock,
}

impl CalendarAdministration {
    /// Manages these versions; answers to repeated requests are sealed.
    pub fn new(calendars: Calendars, sealer: Sealer, clock: SharedClock) -> CalendarAdministration {
        CalendarAdministration { calendars, sealer, clock }
    }

    /// All versions of a kind, the newest of each code first.
    pub async fn list(&self, caller: &Caller, kind: RulesKind) -> Result<Vec<VersionView>, CalendarsError> {
        authorise(caller)?;
        let found = self.calendars.db().read(move |conn| {
            let in_force = store::list_in_force(conn)?;
            let rows = store::list_versions(conn, kind)?;
            let people = People::find(conn, rows.iter().filter_map(|row| row.created_by))?;
            Ok::<_, CalendarsError>((rows, in_force, people))
        });
        let (rows, in_force, people) = found.await?;
        let editions = self.calendars.editions();
        Ok(rows.into_iter().map(|row| VersionView::new(row, &in_force, &people).warned(&editions)).collect())
    }

    /// One version with its text.
    pub async fn version(
        &self,
        caller: &Caller,
        kind: RulesKind,
        code: &str,
        version: i32,
    ) -> Result<VersionDocument, CalendarsError> {
        authorise(caller)?;
        let (code, editions) = (code.to_owned(), self.calendars.editions());
        let found = self.calendars.db().read(move |conn| {
            let view = view(conn, kind, &code, version)?.ok_or(CalendarsError::NotFound)?;
            let view = view.warned(&editions);
            let row = store::find_document(conn, (kind, &code, version))?.ok_or(CalendarsError::NotFound)?;
            Ok::<_, CalendarsError>(VersionDocument { version: view, document: row.document })
        });
        found.await
    }

    /// Makes the next version from a document. It is a proposal, but for the first of its code, which is in force.
    pub async fn propose(
        &self,
        caller: &Caller,
        idempotency: Idempotency,
        kind: RulesKind,
        code: &str,
        proposal: ProposeVersion,
    ) -> Result<Once<VersionView>, CalendarsError> {
        authorise(caller)?;
        let (sealer, now, code, caller) =
            (self.sealer.clone(), self.clock.now(), code.to_owned(), caller.clone());
        let made = self.calendars.db().transaction(move |conn| {
            once(conn, &idempotency, &sealer, now, |conn| {
                store::lock_change(conn)?;
                add(conn, kind, &code, &proposal, &caller, now)
            })
        });
        let Once { value, answer } = made.await?;
        self.calendars.refresh().await?;
        Ok(Once { value: value.warned(&self.calendars.editions()), answer })
    }

    /// The days that change from one version of a calendar to another.
    pub fn compare_calendars(
        &self,
        caller: &Caller,
        code: &str,
        versions: CompareVersions,
    ) -> Result<CalendarDifference, CalendarsError> {
        authorise(caller)?;
        let editions = self.calendars.editions();
        let edition = |version| editions.calendar(code, version).ok_or(CalendarsError::NotFound);
        Ok(compare_calendars(edition(versions.from)?, edition(versions.to)?))
    }

    /// The limits that change from one version of a set to another.
    pub fn compare_time_limits(
        &self,
        caller: &Caller,
        code: &str,
        versions: CompareVersions,
    ) -> Result<TimeLimitsDifference, CalendarsError> {
        authorise(caller)?;
        let editions = self.calendars.editions();
        let edition = |version| editions.time_limits(code, version).ok_or(CalendarsError::NotFound);
        Ok(compare_time_limits(edition(versions.from)?, edition(versions.to)?))
    }
}

fn authorise(caller: &Caller) -> Result<(), CalendarsError> {
    if caller.may_city_wide(CityOperation::ManageTimeLimits) {
        Ok(())
    } else {
        Err(CalendarsError::Forbidden)
    }
}

fn add(
    conn: &mut PgConnection,
    kind: RulesKind,
    code: &str,
    proposal: &ProposeVersion,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<VersionView, CalendarsError> {
    let document = next_document(conn, kind, code, proposal)?;
    let embedded = Embedded { kind, document };
    let mut row = new_version(&embedded, now).map_err(invalid)?;
    row.source_title = proposal.source_title.clone().map(|title| title.into_string());
    row.created_by = caller.staff_id();
    match put(conn, &row)? {
        Outcome::InForce | Outcome::Proposed => {}
        Outcome::Known | Outcome::Different | Outcome::Older => return Err(CalendarsError::NotFound),
    }
    view(conn, row.kind, &row.code, row.version)?.ok_or(CalendarsError::NotFound)
}

/// The text of the next version, by what is in force and what is newest.
fn next_document(
    conn: &mut PgConnection,
    kind: RulesKind,
    code: &str,
    proposal: &ProposeVersion,
) -> Result<String, CalendarsError> {
    let current = current_document(conn, kind, code)?;
    let newest = newest_document(conn, kind, code)?;
    let text = match (kind, proposal.format) {
        (_, DocumentFormat::Toml) => proposal.content.clone(),
        (RulesKind::TimeLimits, _) => return Err(Refusal::whole(Reason::TomlOnly).into()),
        (RulesKind::Calendar, format) => {
            let unknown = || Refusal::whole(Reason::UnknownCode(code.to_owned()));
            merged(&current.as_ref().ok_or_else(unknown)?.document, format, proposal)?
        }
    };
    let version = newest.as_ref().map_or(1, |row| row.version.saturating_add(1));
    let text = with_version(&text, version);
    check_fit(kind, code, &text, current.as_ref())?;
    for known in current.iter().chain(&newest) {
        if says_the_same(kind, &text, known)? {
            return Err(Refusal::whole(Reason::NothingNew(known.version)).into());
        }
    }
    Ok(text)
}

fn merged(document: &str, format: DocumentFormat, proposal: &ProposeVersion) -> Result<String, Refusal> {
    let year = match format {
        DocumentFormat::Csv => read_csv(&proposal.content)?,
        DocumentFormat::Json | DocumentFormat::Toml => read_json(&proposal.content)?,
    };
    merge(document, &year, proposal.source_title.as_ref().map(|title| title.as_str()))
}

/// A version keeps its code, and a calendar its zone: the clocks' days would move under them.
fn check_fit(
    kind: RulesKind,
    code: &str,
    text: &str,
    current: Option<&DocumentRow>,
) -> Result<(), CalendarsError> {
    if kind == RulesKind::TimeLimits {
        let limits = TimeLimits::parse(text).map_err(invalid)?;
        return if limits.code() == code { Ok(()) } else { Err(other_code(limits.code())) };
    }
    let calendar = Calendar::parse(text).map_err(invalid)?;
    if calendar.code() != code {
        return Err(other_code(calendar.code()));
    }
    let Some(current) = current else { return Ok(()) };
    let zone = Calendar::parse(&current.document)?.zone();
    if calendar.zone() == zone {
        return Ok(());
    }
    Err(Refusal::whole(Reason::OtherZone(zone.to_string())).into())
}

fn other_code(code: &str) -> CalendarsError {
    Refusal::whole(Reason::OtherCode(code.to_owned())).into()
}

fn invalid(error: impl std::fmt::Display) -> CalendarsError {
    Refusal::whole(Reason::Invalid(error.to_string())).into()
}

fn says_the_same(kind: RulesKind, text: &str, known: &DocumentRow) -> Result<bool, CalendarsError> {
    let text = with_version(text, known.version);
    Ok(match kind {
        RulesKind::Calendar => Calendar::parse(&text)? == Calendar::parse(&known.document)?,
        RulesKind::TimeLimits => TimeLimits::parse(&text)? == TimeLimits::parse(&known.document)?,
    })
}

fn current_document(
    conn: &mut PgConnection,
    kind: RulesKind,
    code: &str,
) -> Result<Option<DocumentRow>, CalendarsError> {
    let in_force = store::list_in_force(conn)?;
    let Some(row) = in_force.iter().find(|row| row.kind == kind && row.code == code) else { return Ok(None) };
    Ok(store::find_document(conn, (kind, code, row.version))?)
}

fn newest_document(
    conn: &mut PgConnection,
    kind: RulesKind,
    code: &str,
) -> Result<Option<DocumentRow>, CalendarsError> {
    let keys = store::list_keys(conn)?;
    let versions = keys.iter().filter(|(k, c, _)| *k == kind && c == code).map(|(_, _, version)| *version);
    let Some(newest) = versions.max() else { return Ok(None) };
    Ok(store::find_document(conn, (kind, code, newest))?)
}

fn view(
    conn: &mut PgConnection,
    kind: RulesKind,
    code: &str,
    version: i32,
) -> Result<Option<VersionView>, CalendarsError> {
    let in_force = store::list_in_force(conn)?;
    let Some(row) = store::find_version(conn, (kind, code, version))? else { return Ok(None) };
    let people = People::find(conn, row.created_by)?;
    Ok(Some(VersionView::new(row, &in_force, &people)))
}
