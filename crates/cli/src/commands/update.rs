//! `threadline update`

use threadline::{Assignee, Error, ProviderKind, ThreadUpdate};

use crate::args::{AssigneeArgs, CallArgs, StatusArgs, ThreadName, UpdateArgs};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::output::Output;

/// The name of the operation in errors.
const OPERATION: &str = "update_thread";

/// Updates a thread and prints the updated thread.
pub(crate) async fn run(args: &UpdateArgs, call: &CallArgs, output: Output) -> Result<(), Failure> {
    let thread = ThreadName::parse(&args.thread, OPERATION)?;
    let update = thread_update(args, &thread.provider)?;
    let connection = Connection::open(&thread.provider, &args.call.or(call)).await?;
    let result = connection.provider.update_thread(&thread.id, &update).await;
    connection.print_result(result, output)
}

/// The changes that the options ask for.
fn thread_update(args: &UpdateArgs, provider: &ProviderKind) -> Result<ThreadUpdate, Error> {
    let StatusArgs {
        close,
        reopen,
        status,
    } = &args.status;
    let AssigneeArgs { assign, unassign } = &args.assignee;
    let mut update = ThreadUpdate::new();
    if *close {
        update = update.close();
    }
    if *reopen {
        update = update.reopen();
    }
    if let Some(word) = status {
        update = update.status(word.as_str());
    }
    if let Some(text) = assign {
        update = update.assign(parse_assignee(text, provider)?);
    }
    if *unassign {
        update = update.unassign();
    }
    if update.is_empty() {
        let message = "nothing to update: give --close, --reopen or --status, \
                       and --assign or --unassign, at least one of them";
        return Err(Error::invalid_request(provider, OPERATION, message));
    }
    Ok(update)
}

/// Parses `user:ID` or `agent:ID`.
fn parse_assignee(text: &str, provider: &ProviderKind) -> Result<Assignee, Error> {
    let invalid = |message: String| Error::invalid_request(provider, OPERATION, message);
    let assignee = match text.split_once(':') {
        Some(("user", id)) => Assignee::user(id),
        Some(("agent", id)) => Assignee::agent(id),
        _ => {
            return Err(invalid(format!(
                "--assign {text:?} is neither user:ID nor agent:ID"
            )));
        }
    };
    if assignee.id.trim().is_empty() {
        return Err(invalid(format!(
            "--assign {text:?} has an empty id; to remove the assignee, use --unassign"
        )));
    }
    Ok(assignee)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACME: ProviderKind = ProviderKind::other("acme");

    #[test]
    fn users_and_agents_can_be_assigned() {
        let parse = |text: &str| parse_assignee(text, &ACME).unwrap();
        assert_eq!(parse("user:u-1"), Assignee::user("u-1"));
        assert_eq!(parse("agent:a:b"), Assignee::agent("a:b"));
    }

    #[test]
    fn an_invalid_assignee_is_quoted_in_the_error() {
        for (text, problem) in [
            ("", "is neither"),
            ("u-1", "is neither"),
            ("user", "is neither"),
            ("User:u-1", "is neither"),
            ("team:t-1", "is neither"),
            (":u-1", "is neither"),
            ("user:", "has an empty id"),
            ("agent:", "has an empty id"),
            ("user: ", "has an empty id"),
        ] {
            let error = parse_assignee(text, &ACME).unwrap_err();
            let expected = format!("{text:?} {problem}");
            assert!(error.message().contains(&expected), "{error}");
            assert_eq!(error.provider(), "acme");
        }
    }
}
