//! Lists of any kind, printed as they are fetched.

use serde::Serialize;
use threadline::Listing;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table::List;
use crate::output::{Printer, Reader};
use crate::watch::Watch;

/// How an item of a list is shown in a table.
pub(crate) trait Row: Serialize {
    /// The headings of the columns.
    const HEADINGS: &[&str];

    /// The columns that a narrow terminal has no room for.
    const WIDE_ONLY: &[usize] = &[];

    /// Whether a terminal shows long values on several lines instead of cutting them off.
    const WRAPS: bool = false;

    /// The values in the columns.
    fn values(&self) -> Vec<String>;
}

/// Fetches a list page by page and prints each item, until the list or its reader ends. Says if there
/// may be more than the limit, and how many items were left out by filters on this machine.
pub(crate) async fn print<T: Row>(
    mut listing: Listing<'_, T>,
    limit: usize,
    watch: &Watch,
    context: &mut Context,
) -> Result<(), Failure> {
    let printer = context.printer.clone();
    let mut lines = Lines::new::<T>(&printer);
    let mut count = 0;
    while let Some(item) = watch
        .run(&mut context.interrupt, async {
            listing.next().await.transpose()
        })
        .await?
    {
        if lines.print(&item, watch)? == Reader::Gone {
            return Ok(());
        }
        count += 1;
    }
    lines.end()?;
    if !printer.speaks() {
        return Ok(());
    }
    if count == 0 {
        printer.note("nothing was found");
    }
    if count == limit {
        printer.note(&format!(
            "only the first {limit} are listed; --limit sets how many"
        ));
    }
    match listing.filtered_out() {
        0 => {}
        left_out => printer.note(&format!(
            "{left_out} were left out by filters on this machine"
        )),
    }
    Ok(())
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
        let table = List::new(T::HEADINGS).hiding(T::WIDE_ONLY);
        Self {
            printer,
            table: if T::WRAPS { table.wrapped() } else { table },
        }
    }

    /// Prints an item. On a terminal, a table is printed at the end: its columns depend on all items.
    fn print<T: Row>(&mut self, item: &T, watch: &Watch) -> Result<Reader, Failure> {
        if self.printer.is_json() {
            let request_id = watch.request_id();
            return self.printer.call_json(item, request_id.as_deref());
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
