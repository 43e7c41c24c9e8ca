//! Who is in charge of a thread.

use serde::{Deserialize, Serialize};

/// Who is in charge of a thread.
///
/// On Inboxapp an assignee is always a [user](AssigneeKind::User), named by the id of the team
/// member; ContactShip knows AI agents too.
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
    /// An assignee of some kind.
    pub fn new(kind: AssigneeKind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }

    /// A person: a ContactShip user, or an Inboxapp team member.
    pub fn user(id: impl Into<String>) -> Self {
        Self::new(AssigneeKind::User, id)
    }

    /// An AI agent; only ContactShip has them.
    pub fn agent(id: impl Into<String>) -> Self {
        Self::new(AssigneeKind::Agent, id)
    }
}

threadline_transport::open_enum! {
    /// What kind of assignee it is.
    pub enum AssigneeKind {
        /// A person.
        User = "user",
        /// An AI agent.
        Agent = "agent",
    }
}
