//! Joining a ticket to another of the same submitter.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::features::notices::NoticeContent;
use crate::features::tickets::clock::promise::{Promise, owed};
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::authorise::authorise;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::error::{NO_SUCH_TICKET, OTHER_SUBMITTER, TicketError};
use crate::features::tickets::model::TicketId;
use crate::features::tickets::store::submitters::{self, SubmitterRow};
use crate::features::tickets::store::tickets::{self, TicketRow};
use crate::rules::commands::Command;
use crate::rules::lifecycle::{EventKind, Outcome};
use crate::rules::reference::Reference;

/// Joins the ticket to another of the same submitter.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The ticket that goes on.
    #[schema(value_type = String)]
    pub into: Reference,
}

impl Action for Merge {
    fn command(&self) -> Command {
        Command::Merge
    }

    fn carry_out(&self, case: &mut Case<'_>) -> Result<(), TicketError> {
        merge(case, self)
    }

    fn second_ticket(&self) -> Option<&Reference> {
        Some(&self.into)
    }
}

/// Joins this ticket to another of the same submitter, its root. The root goes on with the earlier of the two promises;
/// nothing of this one is lost. Both are locked already, the lower id first ([`tickets::lock_pair`]).
fn merge(case: &mut Case<'_>, request: &Merge) -> Result<(), TicketError> {
    let root = find_root(case, request)?;
    if !is_same_submitter(case, root.id)? {
        return Err(TicketError::Guard(OTHER_SUBMITTER));
    }
    case.transition(Command::Merge)?;
    let promise = case.promise_to_pass_on(owed(&root))?;
    case.conclude(Outcome::Merged, "merged")?;
    case.ticket.merged_into = Some(root.id);
    case.record(EventKind::Merged, json!({"into": root.reference}));
    let (reference, into) = (case.reference(), root.reference.clone());
    case.tell_submitter(NoticeContent::Merged { reference, into });
    receive(case, root, promise)
}

/// The open ticket that this one is to be joined to. One that the caller may not see is none: neither that it exists nor
/// whose it is may show.
fn find_root(case: &mut Case<'_>, request: &Merge) -> Result<TicketRow, TicketError> {
    let missing = || TicketError::Guard(NO_SUCH_TICKET);
    let root = tickets::lock_by_reference(case.conn, &request.into.to_string())?.ok_or_else(missing)?;
    let root = Case::open(&mut *case.conn, root, case.rules, case.caller, case.now)?;
    authorise(&root, Command::Merge, None).map_err(|error| match error {
        TicketError::NotFound => missing(),
        other => other,
    })?;
    let root = root.ticket;
    if root.id == case.ticket.id || !root.state.is_open() {
        return Err(missing());
    }
    Ok(root)
}

/// The root takes the promise over if it is the earlier one, and its handlers see in its history what was joined to it.
fn receive(case: &mut Case<'_>, root: TicketRow, promise: Promise) -> Result<(), TicketError> {
    let reference = case.ticket.reference.clone();
    let mut root = Case::open(&mut *case.conn, root, case.rules, case.caller, case.now)?;
    root.record_unseen_breaches()?;
    let data = match root.take_over(promise)? {
        None => json!({"reference": reference}),
        Some(moved) => json!({"reference": reference, "metric": moved.metric,
                              "due_at_before": moved.due_at_before, "due_at": moved.due_at}),
    };
    root.record(EventKind::MergedIn, data);
    root.save()?;
    Ok(())
}

/// By the blind indexes: the same telephone number or the same mail address.
fn is_same_submitter(case: &mut Case<'_>, other: TicketId) -> Result<bool, TicketError> {
    let (mine, theirs) = (submitters::find(case.conn, case.ticket.id)?, submitters::find(case.conn, other)?);
    let same = |mine: &SubmitterRow, theirs: &SubmitterRow| {
        let equal = |a: &Option<Vec<u8>>, b: &Option<Vec<u8>>| a.is_some() && a == b;
        equal(&mine.phone_index, &theirs.phone_index) || equal(&mine.mail_index, &theirs.mail_index)
    };
    Ok(mine.zip(theirs).is_some_and(|(mine, theirs)| same(&mine, &theirs)))
}
