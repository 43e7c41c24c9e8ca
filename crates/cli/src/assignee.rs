//! Assignees as they are named on the command line.

use threadline::{Assignee, ProviderKind, ThreadProviderExt as _};

use crate::context::Context;
use crate::failure::Failure;

/// Parses `user:ID` or `agent:ID`; `None` if the person has to be looked up: by an e-mail address,
/// or by a name.
fn parse(text: &str) -> Result<Option<Assignee>, String> {
    let assignee = match text.split_once(':') {
        Some(("user", id)) => Assignee::user(id),
        Some(("agent", id)) => Assignee::agent(id),
        Some((kind, _)) if !kind.contains([' ', '@']) => {
            return Err(format!(
                "{text:?} is no assignee: expected user:ID, agent:ID, an e-mail address or a name"
            ));
        }
        _ if text.trim().is_empty() => {
            return Err("the assignee is empty; to remove the assignee, unassign".to_owned());
        }
        _ => return Ok(None),
    };
    if assignee.id.trim().is_empty() {
        return Err(format!(
            "the assignee {text:?} has an empty id; to remove the assignee, unassign"
        ));
    }
    // An address after the kind is looked up among those of the kind.
    Ok((!assignee.id.contains('@')).then_some(assignee))
}

/// Refuses what cannot be an assignee, before anything is sent.
pub(crate) fn check(text: &str) -> Result<(), Failure> {
    parse(text).map(|_| ()).map_err(Failure::usage)
}

/// The assignee that is meant. `user:ID` and `agent:ID` are taken as they are; anything else is
/// looked up among the provider's assignees.
pub(crate) async fn resolve(
    text: &str,
    kind: &ProviderKind,
    context: &mut Context,
) -> Result<Assignee, Failure> {
    if let Some(assignee) = parse(text).map_err(Failure::usage)? {
        return Ok(assignee);
    }
    let watch = context.reading();
    // A dry run sends nothing, so that nobody could be looked up.
    if context.call.dry_run {
        return Err(Failure::usage(format!(
            "--dry-run cannot look up {text:?}: give user:ID or agent:ID"
        )));
    }
    let inbox = context.watched(kind, &watch)?;
    let finding = inbox.find_assignee(text);
    let person = watch.run(&mut context.interrupt, finding).await?;
    Ok(person.assignee())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_as_they_are_and_people_are_looked_up() {
        assert_eq!(parse("user:u-1"), Ok(Some(Assignee::user("u-1"))));
        assert_eq!(parse("agent:a:b"), Ok(Some(Assignee::agent("a:b"))));
        for person in ["ana@example.com", "user:ana@example.com", "Ana Ruiz", "u-1"] {
            assert_eq!(parse(person), Ok(None), "{person}");
        }
    }

    #[test]
    fn what_is_no_assignee_is_quoted_in_the_error() {
        for (text, problem) in [
            ("", "is empty"),
            (" ", "is empty"),
            ("User:u-1", "\"User:u-1\" is no assignee"),
            ("team:t-1", "\"team:t-1\" is no assignee"),
            (":u-1", "\":u-1\" is no assignee"),
            ("user:", "\"user:\" has an empty id"),
            ("agent: ", "\"agent: \" has an empty id"),
        ] {
            let message = parse(text).unwrap_err();
            assert!(message.contains(problem), "{message}");
        }
    }
}
