//! Sees that the next year's notice is entered in time: days beyond the last official one are only a guess.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use metrics::gauge;
use tracing::{info, warn};

use super::service::Calendars;
use crate::features::accounts::{Accounts, AccountsError};
use crate::features::notices::{Notice, NoticeContent};
use crate::platform::db::Db;
use crate::platform::jobs::notify::Notifier;
use crate::platform::jobs::outbox;
use crate::rules::calendar::Calendar;
use crate::rules::vocabulary::Role;

/// The month from which on the next year's notice is missed; the State Council publishes it in November at the latest.
const MISSED_FROM_MONTH: u32 = 11;

/// Watches the city's calendar. Cheap to clone.
#[derive(Clone)]
pub struct MissingYearReminder {
    db: Db,
    calendars: Calendars,
    accounts: Accounts,
    notifier: Notifier,
}

impl MissingYearReminder {
    /// Assembles it; `notifier` is the worker's, told of the mails.
    pub fn new(db: Db, calendars: Calendars, accounts: Accounts, notifier: Notifier) -> MissingYearReminder {
        MissingYearReminder { db, calendars, accounts, notifier }
    }

    /// Shows how many official days are left, for whoever watches the metrics; negative when they have run out.
    pub fn measure(&self, now: DateTime<Utc>) {
        let calendar = self.calendars.city_calendar();
        let left = calendar.last_official_day().signed_duration_since(calendar.local_day(now)).num_days();
        gauge!("huiyin_calendar_official_days_left").set(left as f64);
    }

    /// Tells the system administrators when a year is missing. Returns how many were told.
    pub async fn remind(&self, now: DateTime<Utc>) -> Result<usize, AccountsError> {
        let calendar = self.calendars.city_calendar();
        let Some(year) = missing_year(&calendar, calendar.local_day(now)) else { return Ok(0) };
        let (code, last_on) = (calendar.code(), calendar.last_official_day());
        warn!(calendar.code = %code, calendar.missing_year = year,
            "Calendar {code} ends on {last_on}; enter the notice for {year}");
        let accounts = self.accounts.clone();
        let told = self.db.transaction(move |conn| {
            let administrators = accounts.recipients(conn, Role::SystemAdministrator, None)?;
            let mails = administrators.iter().map(|contact| {
                Notice::to_staff(contact.id.0, NoticeContent::CalendarMissing { year, last_on })
                    .into_message(now)
            });
            outbox::enqueue(conn, &mails.collect::<Vec<_>>())?;
            Ok::<_, AccountsError>(administrators.len())
        });
        let told = told.await?;
        self.notifier.notify();
        info!(administrators.told = told, "Reminded {told} administrators of the notice for {year}");
        Ok(told)
    }
}

/// The year whose notice is missed today: the next one from November on, this one if even it is missing.
fn missing_year(calendar: &Calendar, today: NaiveDate) -> Option<i32> {
    let wanted = if today.month() >= MISSED_FROM_MONTH { today.year() + 1 } else { today.year() };
    let covered = calendar.last_official_day().year();
    (covered < wanted).then(|| covered + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_missed_from_november_on() {
        let calendar = Calendar::embedded("cn").unwrap();
        let last = calendar.last_official_day().year();
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        for (today, missing) in [
            (day(last, 10, 31), None),
            (day(last, 11, 1), Some(last + 1)),
            (day(last + 1, 3, 1), Some(last + 1)),
            (day(last - 1, 12, 31), None),
        ] {
            assert_eq!(missing_year(&calendar, today), missing, "{today}");
        }
    }
}
