//! Who is away and who is on duty on one day, as recipients are found by it.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::PgConnection;

use super::model::DutyPost;
use super::store;
use crate::features::accounts::{Accounts, StaffContact};
use crate::features::escalation::error::EscalationError;
use crate::platform::auth::caller::StaffId;

/// Substitutes of substitutes are followed so far, in case they are away together or in a circle.
const MOST_SUBSTITUTES: usize = 5;

/// One day.
#[derive(Debug, Default)]
pub(in crate::features::escalation) struct Roster {
    /// Who is away, and who stands in for them.
    away: HashMap<StaffId, Option<StaffId>>,
    /// By what for and department; `None`: the desk of the city, or its supervisor.
    duties: HashMap<(DutyPost, Option<i32>), Vec<StaffId>>,
    contacts: HashMap<StaffId, StaffContact>,
}

impl Roster {
    /// Reads the day: three statements, however many ask.
    pub fn on(
        conn: &mut PgConnection,
        accounts: &Accounts,
        day: NaiveDate,
    ) -> Result<Roster, EscalationError> {
        let away: HashMap<_, _> = store::list_away(conn, day)?.into_iter().collect();
        let mut duties: HashMap<_, Vec<StaffId>> = HashMap::new();
        for (post, department, staff) in store::list_on_duty(conn, day)? {
            duties.entry((post, department)).or_default().push(staff);
        }
        let named = duties.values().flatten().chain(away.values().flatten());
        let mut ids: Vec<StaffId> = named.copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let contacts = if ids.is_empty() { HashMap::new() } else { accounts.contacts(conn, &ids)? };
        Ok(Roster { away, duties, contacts })
    }

    /// Everybody who is on duty or stands in for somebody.
    pub fn named(&self) -> impl Iterator<Item = StaffId> {
        self.duties.values().flatten().chain(self.away.values().flatten()).copied()
    }

    /// Who is on duty for a department itself, or for the city (`None`).
    pub fn on_duty(&self, post: DutyPost, department_id: Option<i32>) -> Vec<StaffContact> {
        let ids = self.duties.get(&(post, department_id)).map_or(&[][..], Vec::as_slice);
        let contacts: Vec<StaffContact> =
            ids.iter().filter_map(|id| self.contacts.get(id).cloned()).collect();
        self.present(&contacts)
    }

    /// These people, each replaced by their substitute while away, nobody twice.
    pub fn present(&self, contacts: &[StaffContact]) -> Vec<StaffContact> {
        let mut present: Vec<StaffContact> = Vec::with_capacity(contacts.len());
        for contact in contacts.iter().filter_map(|contact| self.stands_in(contact)) {
            if !present.iter().any(|known| known.id == contact.id) {
                present.push(contact);
            }
        }
        present
    }

    /// The same; all of them when nobody would be left, for somebody must be told.
    pub fn present_or_all(&self, contacts: Vec<StaffContact>) -> Vec<StaffContact> {
        let present = self.present(&contacts);
        if present.is_empty() { contacts } else { present }
    }

    fn stands_in(&self, contact: &StaffContact) -> Option<StaffContact> {
        let mut current = contact.clone();
        for _ in 0..MOST_SUBSTITUTES {
            let Some(substitute) = self.away.get(&current.id) else { return Some(current) };
            current = self.contacts.get(&(*substitute)?)?.clone();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::http::locale::Locale;

    fn id(number: u128) -> StaffId {
        StaffId(uuid::Uuid::from_u128(number))
    }

    fn contact(number: u128) -> StaffContact {
        StaffContact { id: id(number), mail: format!("{number}@city.gov.cn"), locale: Locale::ZhCn }
    }

    fn told(roster: &Roster, of: &[u128]) -> Vec<u128> {
        let contacts: Vec<StaffContact> = of.iter().map(|number| contact(*number)).collect();
        roster.present(&contacts).into_iter().map(|contact| contact.id.0.as_u128()).collect()
    }

    #[test]
    fn a_substitute_stands_in_once_and_a_circle_of_absences_leaves_nobody() {
        let away = [(1, Some(2)), (3, None), (4, Some(5)), (5, Some(4)), (6, Some(9))];
        let roster = Roster {
            away: away.map(|(away, substitute)| (id(away), substitute.map(id))).into(),
            contacts: (1..=6).map(|number| (id(number), contact(number))).collect(),
            ..Roster::default()
        };
        assert_eq!(told(&roster, &[1, 2]), [2]);
        assert_eq!(told(&roster, &[3, 2]), [2]);
        assert_eq!(told(&roster, &[4]), Vec::<u128>::new());
        assert_eq!(told(&roster, &[6]), Vec::<u128>::new(), "the substitute is no longer there");
        assert_eq!(roster.present_or_all(vec![contact(4)]), [contact(4)]);
    }
}
