//! A thread as its provider describes it.

use serde::{Deserialize, Serialize};

/// A thread as its provider describes it, with everything the unified [`Thread`](crate::Thread)
/// leaves out.
///
/// ```
/// # #[cfg(feature = "inboxapp-v2")] {
/// use threadline::inboxapp_v2::enums::Platform;
/// use threadline::{NativeThread, Thread};
///
/// /// The platform that a thread is on, where its vendor says so.
/// fn platform(thread: &Thread) -> Option<&Platform> {
///     match &thread.native {
///         NativeThread::InboxappV2(native) => Some(&native.platform),
///         _ => None,
///     }
/// }
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NativeThread {
    /// There is no more than the unified thread.
    #[default]
    None,
    /// ContactShip's thread.
    #[cfg(feature = "contactship")]
    #[serde(rename = "contactship")]
    ContactShip(Box<threadline_contactship::types::Thread>),
    /// Inboxapp's thread in API v1.
    #[cfg(feature = "inboxapp-v1")]
    #[serde(rename = "inboxapp-v1")]
    InboxappV1(Box<threadline_inboxapp_v1::types::Thread>),
    /// Inboxapp's thread in API v2.
    #[cfg(feature = "inboxapp-v2")]
    #[serde(rename = "inboxapp")]
    InboxappV2(Box<threadline_inboxapp_v2::types::Thread>),
}
