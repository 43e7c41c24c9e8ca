//! `threadline contact`

use clap::{Args, ValueHint};
use clap_complete::ArgValueCompleter;
use threadline::{Contact, ContactId, ContactUpdate};

use crate::args::CallArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::table;
use crate::target::ContactTarget;
use crate::watch::Watch;
use crate::{assignee, complete};

pub(crate) const ABOUT: &str = "\
Show a contact, or change it if there is a change.

`threadline show` names the contact of a thread.";

pub(crate) const HELP: &str = "\
Examples:
  threadline contact inboxapp:i22r9got5y8sf3cd63wkm8vn
  threadline contact inboxapp:i22r9got5y8sf3cd63wkm8vn --add-tag sz45l85frcqg305dvr43xvcr
  threadline contact inboxapp:i22r9got5y8sf3cd63wkm8vn --notes \"Prefers e-mail\"
  threadline contact inboxapp:i22r9got5y8sf3cd63wkm8vn --clear-notes --dry-run";

/// The heading of the options that change something.
const CHANGES: &str = "Changes";

#[derive(Debug, Args)]
pub(crate) struct ContactArgs {
    /// The contact: contactship:ID, inboxapp:ID (API v2) or inboxapp-v1:ID
    #[arg(value_name = "PROVIDER:ID", add = ArgValueCompleter::new(complete::provider_prefixes))]
    contact: String,

    /// Add a tag; may be repeated
    #[arg(long, value_name = "TAG", help_heading = CHANGES, value_hint = ValueHint::Other)]
    add_tag: Vec<String>,

    /// Remove a tag; may be repeated
    #[arg(long, value_name = "TAG", help_heading = CHANGES, value_hint = ValueHint::Other)]
    remove_tag: Vec<String>,

    /// Set the status
    #[arg(long, value_name = "ID", help_heading = CHANGES, value_hint = ValueHint::Other)]
    status: Option<String>,

    /// Remove the status
    #[arg(long, help_heading = CHANGES, conflicts_with = "status")]
    clear_status: bool,

    /// Replace the notes
    #[arg(long, value_name = "TEXT", help_heading = CHANGES, value_hint = ValueHint::Other)]
    notes: Option<String>,

    /// Remove the notes
    #[arg(long, help_heading = CHANGES, conflicts_with = "notes")]
    clear_notes: bool,

    /// Assign the contact to user:ID, or to the person with this e-mail address or name
    #[arg(long, value_name = "ASSIGNEE", help_heading = CHANGES, add = ArgValueCompleter::new(complete::assignee_prefixes))]
    assign: Option<String>,

    /// Remove the assignee
    #[arg(long, help_heading = CHANGES, conflicts_with = "assign")]
    unassign: bool,

    #[command(flatten)]
    pub(crate) call: CallArgs,
}

/// Shows or changes a contact.
pub(crate) async fn run(args: &ContactArgs, mut context: Context) -> Result<(), Failure> {
    args.assign.as_deref().map_or(Ok(()), assignee::check)?;
    let target = ContactTarget::parse(&args.contact, context.profile.as_ref())?;
    let kind = &target.provider;
    let sample = Contact::new(kind.clone(), ContactId::new("sample")?);
    context.printer.check_members(&sample)?;
    let mut update = args.update();
    let inbox = context.connect(kind).await?;
    if !update.is_empty() {
        update.check(kind, &inbox.capabilities())?;
    }
    if let Some(reference) = &args.assign {
        update = update.assign(assignee::resolve(reference, kind, &mut context).await?);
    }
    let (watch, outcome);
    if update.is_empty() {
        watch = context.reading();
        let inbox = context.watched(kind, &watch)?;
        let reading = inbox.get_contact(&target.id);
        outcome = watch.run(&mut context.interrupt, reading).await;
    } else {
        watch = context.changing();
        let inbox = context.watched(kind, &watch)?;
        let updating = inbox.update_contact(&target.id, &update);
        outcome = watch.run(&mut context.interrupt, updating).await;
    }
    context.warn_of_sunset();
    match outcome {
        Ok(contact) => print(&contact, &watch, &context),
        Err(failure) => {
            context.end(kind, failure.of(target.to_string()))?;
            let tags = args.add_tag.len() + args.remove_tag.len();
            if tags > 0 && context.printer.speaks() {
                context.printer.note(
                    "this is the first request; each tag may take one of its own, and the contact \
                     is read in the end",
                );
            }
            Ok(())
        }
    }
}

impl ContactArgs {
    /// The changes, without an assignee who may have to be looked up.
    fn update(&self) -> ContactUpdate {
        let mut update = ContactUpdate::new();
        for tag in &self.add_tag {
            update = update.add_tag(tag);
        }
        for tag in &self.remove_tag {
            update = update.remove_tag(tag);
        }
        if let Some(status) = &self.status {
            update = update.status(status);
        }
        if self.clear_status {
            update = update.clear_status();
        }
        if let Some(notes) = &self.notes {
            update = update.notes(notes);
        }
        if self.clear_notes {
            update = update.clear_notes();
        }
        if self.unassign {
            update = update.unassign();
        }
        update
    }
}

fn print(contact: &Contact, watch: &Watch, context: &Context) -> Result<(), Failure> {
    let request_id = watch.request_id();
    if context.printer.is_json() {
        context.printer.call_json(contact, request_id.as_deref())?;
        return Ok(());
    }
    let name = format!("{}:{}", contact.provider, contact.id);
    let mut rows = vec![("contact", name)];
    let mut add = |label, value: Option<String>| {
        rows.extend(
            value
                .filter(|value| !value.is_empty())
                .map(|value| (label, value)),
        );
    };
    add("name", contact.name.clone());
    add("e-mail", contact.email.clone());
    add("phone", contact.phone.clone());
    for identity in &contact.identities {
        let known = [&identity.username, &identity.platform_id, &identity.phone];
        let known: Vec<_> = known.into_iter().flatten().map(String::as_str).collect();
        add(
            "identity",
            Some(format!("{} {}", identity.channel, known.join(" "))),
        );
    }
    add("tags", contact.tags.as_deref().map(table::tag_names));
    let status = contact.status.as_ref();
    add(
        "status",
        status.map(|status| status.name.as_ref().unwrap_or(&status.id).clone()),
    );
    add("notes", contact.notes.clone());
    add(
        "assignee",
        contact
            .assignee
            .as_ref()
            .map(|assignee| table::assignee(Some(assignee))),
    );
    for (field, value) in &contact.custom_fields {
        add("field", Some(format!("{field} = {value}")));
    }
    add(
        "created",
        contact.created_at.as_ref().map(ToString::to_string),
    );
    add(
        "updated",
        contact.updated_at.as_ref().map(ToString::to_string),
    );
    add("request id", request_id);
    let rows: Vec<_> = rows
        .iter()
        .map(|(label, value)| (*label, value.as_str()))
        .collect();
    context.printer.result(&table::rows(&rows))?;
    Ok(())
}
