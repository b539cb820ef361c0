//! Sample letters live through real commands, each at its own time.

use std::collections::HashMap;

use anyhow::{Context as _, anyhow};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::letters::{Destination, Letter};
use super::staff::People;
use crate::app::state::AppState;
use crate::features::tickets::{
    Accept, Action, Answer, AskCitizen, Confirm, Context, DecideDecline, Dispatch, DraftReply, FinishAssist,
    MarkSpam, Merge, ReplyId, RequestDecline, SendReply, Sign, Submission, SubmitReply, TicketState, Tickets,
    TransferOut, Withdraw,
};
use crate::platform::auth::caller::{Caller, StaffId};
use crate::platform::clock::TurnedClock;
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::locale::Locale;
use crate::rules::reference::Reference;
use crate::rules::vocabulary::Role;

/// The sample city while it is being filled.
pub(super) struct City<'a> {
    pub state: &'a AppState,
    pub clock: &'a TurnedClock,
    pub people: &'a People,
    pub now: DateTime<Utc>,
}

/// A letter that has lived its life.
pub(super) struct Lived<'a> {
    pub letter: &'a Letter,
    pub reference: String,
    /// When its reply was, or would have been, sent.
    pub answered_at: DateTime<Utc>,
}

impl City<'_> {
    /// Lets every letter live; `progress` is told how many have.
    pub async fn live_through<'l>(
        &self,
        letters: &'l [Letter],
        progress: impl Fn(usize),
    ) -> anyhow::Result<Vec<Lived<'l>>> {
        let (mut lived, mut names) = (Vec::new(), HashMap::new());
        for (index, letter) in letters.iter().enumerate() {
            let one =
                self.live(letter, &names).await.with_context(|| format!("letters.toml: {}", letter.title))?;
            if let Some(name) = &letter.id {
                names.insert(name.clone(), one.reference.clone());
            }
            lived.push(one);
            progress(index + 1);
        }
        Ok(lived)
    }

    async fn live<'l>(
        &self,
        letter: &'l Letter,
        names: &HashMap<String, String>,
    ) -> anyhow::Result<Lived<'l>> {
        let received_at = self.submitted_at(letter);
        self.clock.set(received_at);
        let mut ticket =
            Ticket { city: self, letter, reference: submit(self.tickets(), letter).await?, at: received_at };
        let answered_at = ticket.answered_at();
        ticket.travel(names, answered_at).await?;
        Ok(Lived { letter, reference: ticket.reference.to_string(), answered_at })
    }

    fn tickets(&self) -> &Tickets {
        &self.state.tickets
    }

    /// Ten in the morning so many working days ago, and never in the future.
    fn submitted_at(&self, letter: &Letter) -> DateTime<Utc> {
        let calendar = self.tickets().rulebook().calendar;
        let day = calendar.add_working_days(calendar.local_day(self.now), -letter.submitted_working_days_ago);
        let ten = NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_default();
        calendar.at(day, ten).min(self.now - TimeDelta::minutes(30))
    }
}

async fn submit(tickets: &Tickets, letter: &Letter) -> anyhow::Result<Reference> {
    let submitter = json!({"name": letter.name, "phone": letter.phone, "mail": letter.mail});
    let body = json!({
        "kind": letter.kind, "category": letter.category, "district": letter.area, "title": letter.title,
        "body": letter.body, "form": letter.fields, "submitter": submitter,
        "publication_refused": letter.publication_refused,
    });
    let submission = Submission {
        caller: Caller::Citizen { ticket_id: Uuid::nil() },
        idempotency: Idempotency::none(),
        channel: letter.channel,
        locale: Locale::ZhCn,
        letter: serde_json::from_value(body)?,
    };
    let receipt = tickets.submit(submission).await?;
    Ok(receipt.value.reference.parse()?)
}

/// One letter on its way.
struct Ticket<'a, 'l> {
    city: &'a City<'a>,
    letter: &'l Letter,
    reference: Reference,
    at: DateTime<Utc>,
}

impl Ticket<'_, '_> {
    /// Four in the afternoon of the day the reply was sent, and never in the future.
    fn answered_at(&self) -> DateTime<Utc> {
        let calendar = self.city.tickets().rulebook().calendar;
        let days = self.letter.answered_after_working_days.unwrap_or(1);
        let day = calendar.add_working_days(calendar.local_day(self.at), days);
        let four = NaiveTime::from_hms_opt(16, 0, 0).unwrap_or_default();
        calendar.at(day, four).min(self.city.now - TimeDelta::minutes(5))
    }

    async fn travel(
        &mut self,
        names: &HashMap<String, String>,
        answered_at: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let reason = json!({"reason": self.letter.reason.as_deref().unwrap_or("无")});
        match self.letter.state {
            Destination::Received => return Ok(()),
            Destination::Spam => {
                return self.done(Role::Intake, MarkSpam(serde_json::from_value(reason)?)).await;
            }
            Destination::Declined => return self.decline().await,
            Destination::Merged => return self.merge(names).await,
            Destination::Withdrawn => return self.withdraw(reason).await,
            _ => self.done(Role::Intake, Accept {}).await?,
        }
        match self.letter.state {
            Destination::Accepted => return Ok(()),
            Destination::TransferredOut => return self.transfer_out(reason).await,
            _ => self.dispatch().await?,
        }
        if self.letter.state == Destination::Dispatched {
            return Ok(());
        }
        self.done(Role::Handler, Sign {}).await?;
        self.ask_and_answer().await?;
        if matches!(self.letter.state, Destination::InProgress | Destination::AwaitingCitizen) {
            return Ok(());
        }
        self.reply(answered_at).await
    }

    async fn dispatch(&mut self) -> anyhow::Result<()> {
        let request = json!({"department": self.letter.department, "assists": self.letter.assists});
        self.done(Role::Dispatcher, serde_json::from_value::<Dispatch>(request)?).await
    }

    async fn ask_and_answer(&mut self) -> anyhow::Result<()> {
        let Some(question) = &self.letter.question else { return Ok(()) };
        self.done(Role::Handler, serde_json::from_value::<AskCitizen>(json!({"question": question}))?)
            .await?;
        let Some(answer) = &self.letter.answer else { return Ok(()) };
        self.as_citizen(Answer(serde_json::from_value(json!({"body": answer}))?)).await
    }

    async fn reply(&mut self, answered_at: DateTime<Utc>) -> anyhow::Result<()> {
        self.finish_assists().await?;
        let body = with_day(self.letter.reply.as_deref().unwrap_or_default(), answered_at, self.city);
        let draft = json!({"kind": "final", "body": body, "outcome": "resolved"});
        self.at = self.at.max(answered_at - TimeDelta::hours(2));
        let drafted = self.act(Role::Handler, DraftReply(serde_json::from_value(draft)?)).await?;
        let id = ReplyId(drafted.created_id.ok_or_else(|| anyhow!("a draft without an id"))?);
        self.done(Role::Handler, SubmitReply(id)).await?;
        if self.letter.state == Destination::InReview {
            return Ok(());
        }
        self.at = self.at.max(answered_at);
        self.send(id).await?;
        if self.letter.state == Destination::Answered {
            return Ok(());
        }
        let content =
            json!({"satisfaction": 4 + i32::from(self.letter.title.chars().count().is_multiple_of(2))});
        self.as_citizen(serde_json::from_value::<Confirm>(content)?).await
    }

    async fn send(&mut self, id: ReplyId) -> anyhow::Result<()> {
        let city = self.city.tickets().rulebook().directory;
        let handler = self.city.people.with(&city, Role::Handler, self.letter.department.as_deref(), &[])?;
        let reviewer =
            self.city.people.with(&city, Role::Reviewer, self.letter.department.as_deref(), &[handler.id])?;
        let replies = self.city.tickets().list_replies(reviewer.clone(), &self.reference).await?;
        let digest = replies.into_iter().find(|reply| reply.id == id).map(|reply| reply.content_digest);
        let send = SendReply(id, serde_json::from_value(json!({"content_digest": digest}))?);
        self.give(Caller::Staff(reviewer), send).await.map(drop)
    }

    async fn finish_assists(&mut self) -> anyhow::Result<()> {
        let caller = self.city.people.with(
            &self.city.tickets().rulebook().directory,
            Role::Handler,
            self.letter.department.as_deref(),
            &[],
        )?;
        let ticket = self.city.tickets().get_for_staff(caller, Locale::ZhCn, &self.reference).await?;
        for order in ticket.work_orders.into_iter().filter(|order| order.role.as_str() == "assist") {
            let part =
                json!({"work_order_id": order.id, "contribution": "我单位已配合核实，无其他补充意见。"});
            self.done(Role::Handler, serde_json::from_value::<FinishAssist>(part)?).await?;
        }
        Ok(())
    }

    async fn decline(&mut self) -> anyhow::Result<()> {
        let request = json!({"ground": self.letter.legal_ground, "advice": self.letter.redirect_to});
        self.done(Role::Intake, serde_json::from_value::<RequestDecline>(request)?).await?;
        let city = self.city.tickets().rulebook().directory;
        let first: StaffId = self.city.people.with(&city, Role::Intake, None, &[])?.id;
        let second = self.city.people.with(&city, Role::Intake, None, &[first])?;
        let decide = DecideDecline(serde_json::from_value(json!({"granted": true}))?);
        self.give(Caller::Staff(second), decide).await.map(drop)
    }

    async fn merge(&mut self, names: &HashMap<String, String>) -> anyhow::Result<()> {
        let root = self.letter.merged_into.as_ref().and_then(|name| names.get(name));
        self.done(Role::Intake, serde_json::from_value::<Merge>(json!({"into": root}))?).await
    }

    async fn transfer_out(&mut self, reason: Value) -> anyhow::Result<()> {
        let request = json!({
            "recipient": self.letter.external_body, "contact": self.letter.external_contact, "reason": reason.get("reason"),
        });
        self.done(Role::Dispatcher, serde_json::from_value::<TransferOut>(request)?).await
    }

    async fn withdraw(&mut self, reason: Value) -> anyhow::Result<()> {
        self.as_citizen(Withdraw(serde_json::from_value(reason)?)).await
    }

    async fn done(&mut self, role: Role, action: impl Action + 'static) -> anyhow::Result<()> {
        self.act(role, action).await.map(drop)
    }

    async fn act(&mut self, role: Role, action: impl Action + 'static) -> anyhow::Result<TicketState> {
        let city = self.city.tickets().rulebook().directory;
        let caller = self.city.people.caller(&city, role, self.letter.department.as_deref())?;
        self.give(caller, action).await
    }

    async fn as_citizen(&mut self, action: impl Action + 'static) -> anyhow::Result<()> {
        let id = self.city.tickets().find_id(&self.reference).await?;
        self.give(Caller::Citizen { ticket_id: id.0 }, action).await.map(drop)
    }

    /// Gives a command a few minutes after the one before, and never in the future.
    async fn give(&mut self, caller: Caller, action: impl Action + 'static) -> anyhow::Result<TicketState> {
        self.at = (self.at + TimeDelta::minutes(7)).min(self.city.now);
        self.city.clock.set(self.at);
        let context = Context { caller, idempotency: Idempotency::none(), if_match: None };
        Ok(self.city.tickets().act(context, &self.reference, action).await?.value)
    }
}

/// Writes the day out where the sample text leaves a place for it.
pub(super) fn with_day(text: &str, at: DateTime<Utc>, city: &City<'_>) -> String {
    let day = city.tickets().rulebook().day(at);
    text.trim().replace("{answered_on}", &day.format("%Y年%-m月%-d日").to_string())
}
