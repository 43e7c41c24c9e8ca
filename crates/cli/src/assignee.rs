//! `--assign user:ID` and `--assign agent:ID`.

use threadline::{Assignee, Error};

/// Reads who is to be in charge.
pub(crate) fn parse(provider: &str, text: &str) -> Result<Assignee, Error> {
    let assignee = match text.split_once(':') {
        Some(("user", id)) => Assignee::user(id),
        Some(("agent", id)) => Assignee::agent(id),
        _ => {
            let message = format!("--assign {text:?} is neither user:ID nor agent:ID");
            return Err(refused(provider, message));
        }
    };
    if assignee.id.trim().is_empty() {
        let message =
            format!("--assign {text:?} names nobody; to put nobody in charge: --unassign");
        return Err(refused(provider, message));
    }
    Ok(assignee)
}

fn refused(provider: &str, message: String) -> Error {
    Error::invalid_request(provider.to_owned(), "update_thread", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_agents() {
        assert_eq!(parse("acme", "user:u-1").unwrap(), Assignee::user("u-1"));
        assert_eq!(parse("acme", "agent:a:b").unwrap(), Assignee::agent("a:b"));
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for text in ["", "u-1", "user", "User:u-1", "team:t-1", ":u-1"] {
            let error = parse("acme", text).unwrap_err();
            assert!(
                error.message().contains(&format!("{text:?} is neither")),
                "{error}"
            );
        }
        for text in ["user:", "agent:", "user: "] {
            let error = parse("acme", text).unwrap_err();
            assert!(
                error.message().contains(&format!("{text:?} names nobody")),
                "{error}"
            );
        }
    }
}
