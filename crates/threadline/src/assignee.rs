//! Assignees.

use serde::{Deserialize, Serialize};

/// The assignee of a thread.
///
/// Inboxapp assignees are always [users](AssigneeKind::User), identified by team member id;
/// ContactShip also has AI agents.
///
/// ```
/// use threadline::{Assignee, AssigneeKind};
///
/// let assignee = Assignee::agent("agent-7");
/// assert_eq!(assignee.kind, AssigneeKind::Agent);
/// assert_eq!(serde_json::to_string(&assignee)?, r#"{"type":"agent","id":"agent-7"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Assignee {
    /// A person or an AI agent.
    #[serde(rename = "type")]
    pub kind: AssigneeKind,
    /// The vendor's id of the user or agent.
    pub id: String,
}

impl Assignee {
    /// Creates an assignee.
    pub fn new(kind: AssigneeKind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }

    /// Creates a user assignee: a ContactShip user or an Inboxapp team member.
    pub fn user(id: impl Into<String>) -> Self {
        Self::new(AssigneeKind::User, id)
    }

    /// Creates an AI agent assignee. ContactShip only.
    pub fn agent(id: impl Into<String>) -> Self {
        Self::new(AssigneeKind::Agent, id)
    }
}

threadline_transport::open_enum! {
    /// The kind of an assignee.
    pub enum AssigneeKind {
        /// A person.
        User = "user",
        /// An AI agent.
        Agent = "agent",
    }
}
