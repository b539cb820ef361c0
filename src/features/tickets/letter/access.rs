//! Access codes are asked for, and made anew when one is lost.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;
use subtle::ConstantTimeEq;

use crate::features::notices::{Notice, NoticeContent, Recipient, SealedCode};
use crate::features::tickets::error::{NO_SUCH_TICKET, TicketError};
use crate::features::tickets::history::{HeldTicket, NewEvent};
use crate::features::tickets::letter::codes::{NewCode, kept};
use crate::features::tickets::letter::requests::{LookUpTicket, ReissueByMail};
use crate::features::tickets::model::TicketId;
use crate::features::tickets::read::views::CitizenToken;
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::{events, submitters, tickets};
use crate::platform::auth::caller::Caller;
use crate::platform::auth::failed_tries::{self, Tried};
use crate::platform::crypto::Sealer;
use crate::platform::jobs::outbox;
use crate::rules::lifecycle::EventKind;
use crate::rules::reference::Reference;

/// A ticket, whether or not there is one with this reference, and where the code comes from.
fn tried(sealer: &Sealer, reference: &Reference, network: Option<IpAddr>) -> Tried {
    let network = network.map_or_else(String::new, |address| address.to_string());
    Tried {
        subject: sealer.blind_index("try.ticket", &reference.to_string()),
        source: sealer.blind_index("try.network", &network),
    }
}

impl Tickets {
    /// A new access code that belongs to no ticket yet.
    pub(in crate::features::tickets) fn new_access_code(&self) -> NewCode {
        NewCode::make(&self.sealer)
    }

    /// Exchanges reference and access code for a token that shows this one ticket.
    pub async fn sign_in_citizen(
        &self,
        request: &LookUpTicket,
        network: Option<IpAddr>,
    ) -> Result<CitizenToken, TicketError> {
        let id = self.look_up(request, network).await?;
        let issued = self
            .tokens
            .issue_citizen(id.0, self.clock.now())
            .map_err(|error| TicketError::Internal(error.to_string()))?;
        Ok(CitizenToken {
            access_token: issued.token,
            expires_at: issued.expires_at,
            reference: request.reference.to_string(),
        })
    }

    /// Finds the ticket that reference and access code belong to. An unknown reference and a wrong code look alike and
    /// cost the same: both make the digest of the code and compare it with something. Whoever fails again and again waits;
    /// nobody else does, so that no stranger keeps the owner out.
    pub async fn look_up(
        &self,
        request: &LookUpTicket,
        network: Option<IpAddr>,
    ) -> Result<TicketId, TicketError> {
        let tried = tried(&self.sealer, &request.reference, network);
        let kept = kept(&self.sealer, &request.access_code);
        let (reference, delays, now) = (request.reference.to_string(), self.delays, self.clock.now());
        let found = self.db.transaction(move |conn| {
            if let Some(seconds) = failed_tries::find_wait(conn, &tried, &delays, now)? {
                return Err(TicketError::TooManyAttempts(seconds));
            }
            let found = tickets::find_access_hash(conn, &reference)?;
            let (id, hash) = found.map_or((None, vec![0; 32]), |(id, hash)| (Some(id), hash));
            let is_right: bool = kept.as_slice().ct_eq(&hash).into();
            match id.filter(|_| is_right) {
                Some(_) => failed_tries::forget(conn, &tried)?,
                None => failed_tries::record(conn, &tried, now)?,
            }
            Ok(id.filter(|_| is_right))
        });
        found.await?.ok_or(TicketError::Guard(NO_SUCH_TICKET))
    }

    /// Sends a new access code to the mail address that was given with the letter, if it is the one that is named here. The
    /// code until now is void. Whoever asks learns nothing; a ticket gets so many codes a day by mail.
    pub async fn reissue_by_mail(&self, request: ReissueByMail) -> Result<(), TicketError> {
        let this = self.clone();
        let (now, begins_at) = (self.clock.now(), self.day_begins_at());
        self.db
            .transaction(move |conn| {
                let reference = request.reference.to_string();
                let Some(ticket) = HeldTicket::lock_by_reference(conn, &reference)? else { return Ok(()) };
                let index = this.sealer.blind_index("mail", request.mail.as_str());
                let submitter = submitters::find(conn, ticket.id())?;
                let is_theirs = submitter.and_then(|row| row.mail_index).is_some_and(|own| own == index);
                let most = i64::from(this.quotas.reissues_by_mail_per_ticket_and_day);
                let made = events::count_since(conn, ticket.id(), EventKind::AccessCodeReissued, begins_at)?;
                if is_theirs && made < most { this.mail_new_code(conn, ticket, now) } else { Ok(()) }
            })
            .await?;
        self.notifier.notify();
        Ok(())
    }

    fn mail_new_code(
        &self,
        conn: &mut PgConnection,
        mut ticket: HeldTicket,
        now: DateTime<Utc>,
    ) -> Result<(), TicketError> {
        let (id, made) = (ticket.id(), NewCode::make(&self.sealer));
        tickets::update_access_hash(conn, id, &made.kept)?;
        let caller = Caller::Citizen { ticket_id: id.0 };
        let kind = EventKind::AccessCodeReissued;
        ticket.record(conn, &caller, NewEvent { kind, occurred_at: now, data: json!({"by": "mail"}) })?;
        let code = SealedCode::seal(&self.sealer, Recipient::Submitter(id.0), &made.code.expose())
            .map_err(|error| TicketError::Internal(error.to_string()))?;
        let content = NoticeContent::AccessCode { reference: ticket.reference().to_owned(), code };
        outbox::enqueue(conn, &[Notice::to_submitter(id.0, content).into_message(now)])?;
        Ok(())
    }
}
