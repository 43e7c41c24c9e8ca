//! Whether a conversation goes on.

threadline_transport::open_enum! {
    /// Whether a conversation goes on.
    ///
    /// Both vendors know these two states under names of their own. A further word is the vendor's
    /// own and is kept as it is: ContactShip takes any, Inboxapp none.
    ///
    /// ```
    /// use threadline::ThreadStatus;
    ///
    /// assert_eq!(ThreadStatus::from("closed"), ThreadStatus::Closed);
    /// assert_eq!(ThreadStatus::from("snoozed").as_str(), "snoozed");
    /// ```
    pub enum ThreadStatus {
        /// The conversation goes on. On Inboxapp: not archived (v2), not done (v1).
        Open = "open",
        /// The conversation is over for now. On Inboxapp: archived (v2), done (v1).
        Closed = "closed",
    }
}
