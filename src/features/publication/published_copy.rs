//! Writing the public projection and its change log. Every change takes the log's lock, which is held until the
//! transaction ends: number n is never visible before all numbers below n.

use diesel::PgConnection;

use super::error::PublicationError;
use super::model::ChangeKind;
use super::store::entries::{self, EntryRow, NewChangeRow};
use super::store::publications::PublicationRow;
use super::store::revisions::RevisionRow;
use crate::features::directory::Snapshot;

/// Shows a revision that has just been published.
pub(super) fn show(
    conn: &mut PgConnection,
    city: &Snapshot,
    publication: &PublicationRow,
    revision: &RevisionRow,
) -> Result<(), PublicationError> {
    let mut entry = entry(city, publication, revision);
    entries::lock_changes(conn)?;
    entry.change_no = entries::newest_change(conn)? + 1;
    entries::insert_changes(conn, &[change(&entry)])?;
    entries::upsert(conn, &entry)?;
    Ok(())
}

/// Shows many new entries at once.
pub(super) fn show_all(conn: &mut PgConnection, mut rows: Vec<EntryRow>) -> Result<(), PublicationError> {
    if rows.is_empty() {
        return Ok(());
    }
    entries::lock_changes(conn)?;
    let newest = entries::newest_change(conn)?;
    for (row, change_no) in rows.iter_mut().zip(newest + 1..) {
        row.change_no = change_no;
    }
    let changes: Vec<NewChangeRow> = rows.iter().map(change).collect();
    entries::insert_changes(conn, &changes)?;
    entries::insert(conn, &rows)?;
    Ok(())
}

/// Takes an entry off. Nothing happens when it is not shown.
pub(super) fn hide(conn: &mut PgConnection, public_no: &str) -> Result<(), PublicationError> {
    entries::lock_changes(conn)?;
    if entries::delete(conn, public_no)? == 0 {
        return Ok(());
    }
    let change_no = entries::newest_change(conn)? + 1;
    let row = NewChangeRow { change_no, public_no: public_no.to_owned(), op: ChangeKind::Delete };
    entries::insert_changes(conn, &[row])?;
    Ok(())
}

fn change(entry: &EntryRow) -> NewChangeRow {
    NewChangeRow { change_no: entry.change_no, public_no: entry.public_no.clone(), op: ChangeKind::Upsert }
}

/// The public form of a published revision: its texts, and codes and names as they are today.
pub(super) fn entry(city: &Snapshot, publication: &PublicationRow, revision: &RevisionRow) -> EntryRow {
    let categories = city.category_path(publication.category_id);
    let category = categories.last();
    let department = publication.department_id.and_then(|id| city.department(id));
    EntryRow {
        public_no: publication.public_no.clone(),
        publication_id: publication.id,
        revision: revision.number,
        kind: publication.kind,
        category_path: categories.iter().map(|category| category.code.clone()).collect(),
        category_name: category.map(|category| category.name.clone()).unwrap_or_default(),
        category_name_en: category.map(|category| category.name_en.clone()).unwrap_or_default(),
        department_path: department
            .map(|department| department_path(city, department.id))
            .unwrap_or_default(),
        department_name: department.map(|department| department.name.clone()),
        department_name_en: department.map(|department| department.name_en.clone()),
        title: revision.title.clone(),
        question: revision.question.clone(),
        answer: revision.answer.clone(),
        received_on: publication.received_on,
        answered_on: publication.answered_on,
        published_at: revision.published_at.unwrap_or(publication.updated_at),
        change_no: 0,
    }
}

/// Codes from the root to the department.
fn department_path(city: &Snapshot, id: i32) -> Vec<String> {
    let own = city.department(id).into_iter();
    let mut path: Vec<String> = own.chain(city.ancestors(id)).map(|d| d.code.clone()).collect();
    path.reverse();
    path
}
