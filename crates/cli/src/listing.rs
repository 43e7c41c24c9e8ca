//! Lists of any kind, printed as they are fetched.

use serde::Serialize;
use threadline::Listing;

use crate::failure::Failure;
use crate::output::json::WithRequestId;
use crate::output::table::List;
use crate::output::{Printer, Reader};
use crate::session::Session;
use crate::watch::Watch;

/// How an item of a list is shown in a table.
pub(crate) trait Row: Serialize {
    /// The headings of the columns.
    const HEADINGS: &[&str];

    /// The values in the columns.
    fn values(&self) -> Vec<String>;
}

/// Fetches a list page by page and prints each item, until the list or its reader ends. Returns how
/// many items were left out by filters on this machine.
pub(crate) async fn print<T: Row>(
    mut listing: Listing<'_, T>,
    watch: &Watch,
    session: &mut Session,
) -> Result<usize, Failure> {
    let printer = session.printer.clone();
    let mut lines = Lines::new::<T>(&printer);
    while let Some(item) = watch
        .run(&mut session.interrupt, async {
            listing.next().await.transpose()
        })
        .await?
    {
        if lines.print(&item, watch)? == Reader::Gone {
            return Ok(0);
        }
    }
    lines.end()?;
    Ok(listing.filtered_out())
}

/// Prints a list that is already there.
pub(crate) fn print_all<T: Row>(
    items: &[T],
    watch: &Watch,
    printer: &Printer,
) -> Result<(), Failure> {
    let mut lines = Lines::new::<T>(printer);
    for item in items {
        if lines.print(item, watch)? == Reader::Gone {
            return Ok(());
        }
    }
    lines.end()
}

/// The lines of a list.
#[derive(Debug)]
struct Lines<'a> {
    printer: &'a Printer,
    table: List,
}

impl<'a> Lines<'a> {
    fn new<T: Row>(printer: &'a Printer) -> Self {
        Self {
            printer,
            table: List::new(T::HEADINGS),
        }
    }

    /// Prints an item. On a terminal, a table is printed at the end: its columns depend on all items.
    fn print<T: Row>(&mut self, item: &T, watch: &Watch) -> Result<Reader, Failure> {
        if self.printer.is_json() {
            let request_id = watch.request_id();
            return self
                .printer
                .json(&WithRequestId::new(item, request_id.as_deref()));
        }
        self.table.add(&item.values());
        let ready = self.table.take();
        if ready.is_empty() {
            return Ok(Reader::Reads);
        }
        self.printer.result(&ready)
    }

    fn end(self) -> Result<(), Failure> {
        if !self.printer.is_json() && !self.table.is_empty() {
            self.printer.result(&self.table.end())?;
        }
        Ok(())
    }
}
