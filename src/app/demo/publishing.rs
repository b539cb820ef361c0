//! Sample letters that are to be published: redacted by an editor, published by a reviewer.

use std::collections::HashMap;

use anyhow::{Context as _, anyhow};
use serde_json::json;

use super::letters::Destination;
use super::life::{City, Lived, with_day};
use crate::features::publication::{
    Context, ListPublications, PublicationCommand, PublicationId, PublicationView,
};
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::http::idempotency::Idempotency;
use crate::rules::vocabulary::Role;

/// Publishes them. Returns how many.
pub(super) async fn publish(city: &City<'_>, lived: &[Lived<'_>]) -> anyhow::Result<usize> {
    let directory = city.state.tickets.rulebook().directory;
    let editor = city.people.with(&directory, Role::Editor, None, &[])?;
    let reviewer = city.people.with(&directory, Role::Reviewer, None, &[editor.id])?;
    let proposed = proposals(city, &editor).await?;
    let mut published = 0;
    for one in lived.iter().filter(|one| one.letter.state == Destination::Published) {
        let id = proposed.get(&one.reference).ok_or_else(|| anyhow!("{} was not proposed", one.reference))?;
        publish_one(city, one, *id, &editor, &reviewer).await.with_context(|| one.letter.title.clone())?;
        published += 1;
    }
    Ok(published)
}

/// Every proposal by the ticket's reference.
async fn proposals(city: &City<'_>, editor: &StaffCaller) -> anyhow::Result<HashMap<String, PublicationId>> {
    let query: ListPublications = serde_json::from_value(json!({"status": "proposed", "limit": 200}))?;
    let page = city.state.publisher.list(editor, &query, None).await?;
    Ok(page.data.into_iter().map(|item| (item.reference, item.id)).collect())
}

async fn publish_one(
    city: &City<'_>,
    one: &Lived<'_>,
    id: PublicationId,
    editor: &StaffCaller,
    reviewer: &StaffCaller,
) -> anyhow::Result<()> {
    let mut view = city.state.publisher.get(editor, id).await?;
    let letter = one.letter;
    if letter.published_title.is_some()
        || letter.published_question.is_some()
        || letter.published_answer.is_some()
    {
        let text = |redacted: &Option<String>, own: &str| match redacted {
            Some(text) => with_day(text, one.answered_at, city),
            None => own.to_owned(),
        };
        let edit = json!({
            "title": text(&letter.published_title, &view.revision.title),
            "question": text(&letter.published_question, &view.revision.question),
            "answer": text(&letter.published_answer, &view.revision.answer),
        });
        view = give(city, editor, &view, PublicationCommand::Edit(serde_json::from_value(edit)?)).await?;
    }
    if view.revision.findings.iter().any(|finding| finding.status.as_str() == "open") {
        view = give(city, editor, &view, PublicationCommand::MaskAll).await?;
    }
    view = give(city, editor, &view, PublicationCommand::Submit).await?;
    let reviewed = json!({"content_digest": view.revision.content_digest});
    give(city, reviewer, &view, PublicationCommand::Publish(serde_json::from_value(reviewed)?)).await?;
    Ok(())
}

async fn give(
    city: &City<'_>,
    caller: &StaffCaller,
    view: &PublicationView,
    command: PublicationCommand,
) -> anyhow::Result<PublicationView> {
    let context = Context {
        caller: Caller::Staff(caller.clone()),
        id: view.id,
        version: view.version,
        idempotency: Idempotency::none(),
    };
    Ok(city.state.publisher.act(context, command).await?.value)
}
