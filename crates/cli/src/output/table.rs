//! Output for people.

use std::borrow::Cow;
use std::iter;

use anstyle::{AnsiColor, Style};
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, Row, Table,
    presets,
};
use threadline::{
    Assignee, Delivery, Error, PreparedRequest, ProviderKind, Sunset, Tag, Thread, ThreadStatus,
    Timestamp, printable,
};

use super::is_terminal;
use crate::failure::Failure;

/// The style of the word that begins an error.
const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The style of the words that begin a warning or a note.
const NOTE: Style = AnsiColor::Yellow.on_default();

/// The width of the narrowest terminal that columns are fitted to.
const NARROWEST: u16 = 20;
/// The width from which on no column is left out.
const WIDE: u16 = 120;

/// Names and values in two columns, one pair a line.
pub(crate) fn rows(rows: &[(&str, &str)]) -> String {
    let width = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or_default();
    let line = |(name, value): &(&str, &str)| format!("{name:width$}  {}", printable(value));
    lines(rows.iter().map(line))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| line + "\n").collect()
}

/// A list: aligned columns as wide as the terminal; elsewhere tab-separated lines, without a
/// heading.
#[derive(Debug)]
pub(crate) struct List {
    table: Option<Table>,
    text: String,
    /// Whether nothing is left to print.
    is_empty: bool,
    /// How many lines an item may take on a terminal.
    height: usize,
    /// The columns that are left out on a narrow terminal.
    hidden: Vec<usize>,
}

impl List {
    pub(crate) fn new(headings: &[&str]) -> Self {
        let table = is_terminal().then(|| {
            let mut table = Table::new();
            table
                .load_style(presets::NOTHING)
                .set_content_arrangement(ContentArrangement::Dynamic);
            // A terminal that does not know its width is as wide as needed.
            if table.width().is_some_and(|width| width < NARROWEST) {
                table.set_width(u16::MAX);
            }
            if let Some(width) = table.width()
                && anstream::AutoStream::choice(&std::io::stdout()) == anstream::ColorChoice::Never
            {
                // Without colours; the width is then no longer asked for.
                table.force_no_tty().set_width(width);
            }
            let bold = |heading: &&str| Cell::new(heading).add_attribute(Attribute::Bold);
            let mut header = Row::from(headings.iter().map(bold));
            header.max_height(1);
            table.set_header(header);
            table
        });
        Self {
            table,
            text: String::new(),
            is_empty: true,
            height: 1,
            hidden: Vec::new(),
        }
    }

    /// Leaves these columns out on a narrow terminal.
    pub(crate) fn hiding(mut self, columns: &[usize]) -> Self {
        let width = self.table.as_ref().and_then(Table::width);
        if width.is_some_and(|width| width < WIDE) {
            self.hidden = columns.to_vec();
        }
        self
    }

    /// Lets an item take several lines on a terminal, where it would be cut off otherwise.
    pub(crate) fn wrapped(mut self) -> Self {
        self.height = 20;
        self
    }

    /// Adds a line; without a terminal, [`take`](Self::take) then returns it at once.
    pub(crate) fn add(&mut self, values: &[impl AsRef<str>]) {
        self.is_empty = self.table.is_none();
        let values = values
            .iter()
            .map(|value| printable(value.as_ref()).to_string());
        if let Some(table) = &mut self.table {
            // On a narrow terminal a day is enough, except in front of what happened.
            let is_narrow = table.width().is_some_and(|width| width < WIDE);
            let shown = values.enumerate().map(|(column, value)| {
                let text = short_time(&value, is_narrow && column > 0);
                cell(&text)
            });
            let mut row = Row::from(shown);
            row.max_height(self.height);
            table.add_row(row);
        } else {
            let values: Vec<_> = values.collect();
            self.text += &(values.join("\t") + "\n");
        }
    }

    /// The lines that can be shown before all of them are known.
    pub(crate) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Whether there is nothing to print in the end.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The rest of the list.
    pub(crate) fn end(mut self) -> String {
        let Some(table) = &mut self.table else {
            return self.text;
        };
        for (number, column) in table.column_iter_mut().enumerate() {
            column
                .set_padding((0, 2))
                .set_cell_alignment(CellAlignment::Left);
            if number == 0 {
                // Names are copied and pasted, so they are never cut off.
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
            if self.hidden.contains(&number) {
                column.set_constraint(ColumnConstraint::Hidden);
            }
        }
        table.trim_fmt() + "\n"
    }
}

/// A time without seconds, or only its day, where people read it; any other text as it is.
fn short_time(text: &str, day_only: bool) -> Cow<'_, str> {
    let is_time = text.ends_with('Z') && Timestamp::from(text).to_system_time().is_some();
    match (is_time, text.get(..10), text.get(11..16)) {
        (true, Some(day), _) if day_only => Cow::Borrowed(day),
        (true, Some(day), Some(time)) => Cow::Owned(format!("{day} {time}")),
        _ => Cow::Borrowed(text),
    }
}

/// A cell, in the colour of its status if it is one.
fn cell(text: &str) -> Cell {
    let cell = Cell::new(text);
    if text == ThreadStatus::Open.as_str() {
        cell.fg(Color::Green)
    } else if text == ThreadStatus::Closed.as_str() {
        cell.fg(Color::DarkGrey)
    } else {
        cell
    }
}

/// An assignee, as it can be typed.
pub(crate) fn assignee(assignee: Option<&Assignee>) -> String {
    match assignee {
        Some(assignee) => format!("{}:{}", assignee.kind, assignee.id),
        None => "unassigned".to_owned(),
    }
}

/// Tags by their names, or by their ids where the vendor tells no name.
pub(crate) fn tag_names(tags: &[Tag]) -> String {
    let names = tags
        .iter()
        .map(|tag| tag.name.as_deref().unwrap_or(&tag.id));
    names.collect::<Vec<_>>().join(", ")
}

/// A thread, and the id of the request that returned it.
pub(crate) fn thread(thread: &Thread, request_id: Option<&str>) -> String {
    let name = format!("{}:{}", thread.provider, thread.id);
    let assigned = assignee(thread.assignee.as_ref());
    let contact = thread.contact.as_ref().map(|contact| {
        let known = [&contact.name, &contact.handle];
        let mut words: Vec<_> = known.into_iter().flatten().cloned().collect();
        words.extend(contact.id.as_ref().map(|id| format!("({id})")));
        words.join(" ")
    });
    let tags = thread.tags.as_deref().map(tag_names);
    let last = thread.last_message.as_ref();
    let preview = last.and_then(|message| message.preview.as_deref());
    let unread = thread
        .unread
        .map(|unread| if unread { "yes" } else { "no" });
    let known = [
        ("contact", contact.as_deref()),
        ("channel", thread.channel.as_ref().map(AsRef::as_ref)),
        ("account", thread.account_id.as_deref()),
        ("unread", unread),
        ("tags", tags.as_deref()),
        ("last message", preview),
        (
            "last activity",
            thread.last_activity_at.as_ref().map(Timestamp::as_str),
        ),
        ("created", thread.created_at.as_ref().map(Timestamp::as_str)),
        ("updated", thread.updated_at.as_ref().map(Timestamp::as_str)),
        ("request id", request_id),
    ];
    let mut pairs = vec![
        ("thread", name.as_str()),
        ("status", thread.status.as_str()),
        ("assignee", assigned.as_str()),
    ];
    let known = known.into_iter();
    pairs.extend(
        known.filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?))),
    );
    rows(&pairs)
}

/// A request that was not sent.
pub(crate) fn request(request: &PreparedRequest) -> String {
    let text = request.to_string();
    lines(text.lines().map(|line| printable(line).to_string()))
}

/// A warning that the vendor is going to switch an API off.
pub(crate) fn sunset(provider: &ProviderKind, sunset: &Sunset) -> String {
    warning(&sunset_text(provider, sunset))
}

/// What a vendor says about switching an API off.
pub(crate) fn sunset_text(provider: &ProviderKind, sunset: &Sunset) -> String {
    let when = match (sunset.sunset(), sunset.deprecation()) {
        (Some(date), _) => format!("is switched off by the vendor on {}", printable(date)),
        (None, Some(date)) if date != "true" => {
            format!("is deprecated by the vendor since {}", printable(date))
        }
        (None, _) => "is deprecated by the vendor".to_owned(),
    };
    let instead = if *provider == ProviderKind::InboxappV1 {
        format!("; use {} instead", ProviderKind::InboxappV2)
    } else {
        String::new()
    };
    format!("the API of {provider} {when}{instead}")
}

/// A warning.
pub(crate) fn warning(text: &str) -> String {
    format!("{NOTE}warning:{NOTE:#} {text}")
}

/// A failure, and what to do about it.
pub(crate) fn failure(failure: &Failure) -> String {
    let target = match failure.target() {
        Some(target) => format!("{}: ", printable(target)),
        None => String::new(),
    };
    match failure {
        // The error escapes what a terminal must not get.
        Failure::Call(call) => {
            let notes = advice(&call.error, call.changes)
                .into_iter()
                .chain(call.note.clone());
            let notes = notes.map(|note| format!("{NOTE}note:{NOTE:#} {}", printable(&note)));
            let first = format!("{ERROR}error:{ERROR:#} {target}{}", call.error);
            lines(iter::once(first).chain(notes))
        }
        Failure::Local(local) => {
            let message = printable(&local.message);
            let first = format!("{ERROR}error:{ERROR:#} {target}{message}");
            let note = local.note.as_ref();
            let note = note.map(|note| format!("{NOTE}note:{NOTE:#} {}", printable(note)));
            lines(iter::once(first).chain(note))
        }
        Failure::CommandLine(error) => error.render().to_string(),
    }
}

/// What to do about the error of a call.
pub(crate) fn advice(error: &Error, changes: bool) -> Vec<String> {
    let mut advice = Vec::new();
    if let Some(wait) = error.retry_after() {
        advice.push(format!("the vendor asks to wait {wait:?}"));
    }
    if error.is_retryable() && !(changes && error.delivery() == Delivery::Unknown) {
        advice.push("this error is retryable: the same command may succeed later".to_owned());
    }
    if changes && error.delivery() == Delivery::Unknown {
        advice.push(
            "the request may have been carried out: check before you repeat the command".to_owned(),
        );
    }
    advice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_escaped() {
        for c in ('\u{2060}'..='\u{2065}').chain(['\u{61c}', '\u{9b}', '\n', '\u{202e}']) {
            let text = format!("a{c}b");
            let error = Error::invalid_request("acme", "get_thread", text.clone());
            let mut list = List::new(&["NAME"]);
            list.add(&[&text]);
            for shown in [
                rows(&[("name", &text)]),
                list.end(),
                failure(&Failure::usage(text.clone())),
                failure(&Failure::from(error).of(text.clone()).note(text.clone())),
            ] {
                let shown = shown.trim_end().replace(&format!("\n{NOTE}note"), "");
                assert!(!shown.contains(c), "{shown:?}");
            }
        }
    }

    #[test]
    fn only_a_time_is_shortened() {
        for (text, expected) in [
            ("2026-10-25T15:53:00.000Z", "2026-10-25 15:53"),
            ("2026-10-25T15:53:00Z", "2026-10-25 15:53"),
            ("2026-10-25T15:53:00+02:00", "2026-10-25T15:53:00+02:00"),
            ("to be continued in the Z", "to be continued in the Z"),
            ("", ""),
        ] {
            assert_eq!(short_time(text, false), expected);
        }
        assert_eq!(short_time("2026-10-25T15:53:00Z", true), "2026-10-25");
    }

    #[test]
    fn visible_characters_stay() {
        let text = "thr-1 é 漢 🙂 \"\\";
        assert_eq!(rows(&[("name", text)]), format!("name  {text}\n"));
    }
}
