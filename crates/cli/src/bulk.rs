//! The same call for one thread or for many.

use std::collections::BTreeMap;
use std::future::Future;
use std::num::NonZeroUsize;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use threadline::{Delivery, Result, Thread, ThreadProvider};

use crate::context::Context;
use crate::failure::Failure;
use crate::output::Printer;
use crate::output::table;
use crate::target::ThreadTarget;
use crate::watch::Watch;

/// How many requests are sent at the same time unless the user says otherwise.
pub(crate) const JOBS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

/// What to do with which threads.
#[derive(Debug)]
pub(crate) struct Many {
    /// The threads, of providers that are connected.
    pub(crate) threads: Vec<ThreadTarget>,
    /// How many requests to send at the same time.
    pub(crate) jobs: NonZeroUsize,
    /// Whether the calls change the threads.
    pub(crate) changes: bool,
    /// What has happened to a thread whose call succeeded.
    pub(crate) done: &'static str,
}

/// Makes the call for each thread, and prints a line for each.
pub(crate) async fn run<C, F>(many: Many, context: Context, call: C) -> Result<(), Failure>
where
    C: Fn(Box<dyn ThreadProvider>, ThreadTarget) -> F,
    F: Future<Output = Result<Thread>>,
{
    match <[ThreadTarget; 1]>::try_from(many.threads) {
        Ok([thread]) => one(thread, many.changes, context, call).await,
        Err(threads) => several(Many { threads, ..many }, context, call).await,
    }
}

/// One thread is shown whole.
async fn one<C, F>(
    thread: ThreadTarget,
    changes: bool,
    mut context: Context,
    call: C,
) -> Result<(), Failure>
where
    C: Fn(Box<dyn ThreadProvider>, ThreadTarget) -> F,
    F: Future<Output = Result<Thread>>,
{
    let watch = Watch::new(&context.printer, context.verbose, changes);
    let inbox = context.watched(&thread.provider, &watch)?;
    let running = call(inbox, thread.clone());
    let outcome = watch.run(&mut context.interrupt, running).await;
    context.warn_of_sunset();
    match outcome {
        Ok(found) => {
            let request_id = watch.request_id();
            if context.printer.is_json() {
                context.printer.call_json(&found, request_id.as_deref())?;
            } else {
                context
                    .printer
                    .result(&table::thread(&found, request_id.as_deref()))?;
            }
            Ok(())
        }
        Err(failure) => context.end(&thread.provider, failure.of(thread.to_string())),
    }
}

/// What has become of several calls.
#[derive(Debug, Default)]
struct Tally {
    succeeded: usize,
    /// Requests of a dry run.
    prepared: usize,
    failed: usize,
    not_sent: usize,
    /// Calls that were in flight when the user interrupted.
    unknown: usize,
    /// The exit code of the first failure.
    exit_code: u8,
    delivery: Option<Delivery>,
}

/// Of several threads, each has a line when its call ends.
async fn several<C, F>(many: Many, mut context: Context, call: C) -> Result<(), Failure>
where
    C: Fn(Box<dyn ThreadProvider>, ThreadTarget) -> F,
    F: Future<Output = Result<Thread>>,
{
    let printer = context.printer.clone();
    let progress = printer.start_progress(many.threads.len());
    let mut waiting = many.threads.iter();
    let mut in_flight = BTreeMap::<usize, (&ThreadTarget, Watch)>::new();
    let mut running = FuturesUnordered::new();
    let mut tally = Tally::default();
    let mut started = 0;
    // Why no further call is begun.
    let mut stop = None;
    let mut is_interrupted = false;
    loop {
        while stop.is_none() && running.len() < many.jobs.get() {
            let Some(thread) = waiting.next() else { break };
            let name = thread.to_string();
            let watch = Watch::named(name, &printer, context.verbose, many.changes);
            let inbox = context.watched(&thread.provider, &watch)?;
            in_flight.insert(started, (thread, watch.clone()));
            let number = started;
            started += 1;
            let calling = call(inbox, thread.clone());
            running.push(async move { (number, watch.speaking(calling).await) });
        }
        let finished = tokio::select! {
            biased;
            () = context.interrupt.wait() => {
                is_interrupted = true;
                break;
            }
            finished = running.next() => finished,
        };
        let Some((number, outcome)) = finished else {
            break;
        };
        let Some((thread, watch)) = in_flight.remove(&number) else {
            continue;
        };
        progress.inc(1);
        match outcome {
            Ok(found) => {
                tally.succeeded += 1;
                // Those in flight still end, and are reported.
                stop = stop.or(print(&found, thread, &watch, &printer).err());
            }
            Err(error) if error.prepared_request().is_some() => {
                tally.prepared += 1;
                let failure = context.end(&thread.provider, Failure::from(error));
                stop = stop.or(failure.err());
            }
            Err(error) => {
                let failure = Failure::from(error).of_change(many.changes);
                let failure = failure.of(thread.to_string());
                if failure.is_refused_credential() {
                    stop = stop.or(Some(Failure::not_begun("the credential was refused")));
                }
                tally.fail(&failure);
                let hint = context.hint(&thread.provider, &failure);
                failure.note(hint).print(&printer);
            }
        }
    }
    drop(running);
    let interrupted = |(thread, watch): &(&ThreadTarget, Watch)| {
        let failure = Failure::interrupted(watch.delivery(), many.changes);
        failure.of(thread.to_string())
    };
    let not_begun = |thread: &ThreadTarget| {
        let failure = match &stop {
            None => Failure::interrupted(Delivery::NotSent, many.changes),
            Some(stop) if stop.is_output() => Failure::not_begun("results cannot be written"),
            Some(_) => Failure::not_begun("the credential was refused"),
        };
        failure.of(thread.to_string())
    };
    let left = in_flight.values().map(interrupted);
    for failure in left.chain(waiting.map(not_begun)) {
        tally.leave(failure.delivery());
        failure.print(&printer);
    }
    progress.finish_and_clear();
    context.warn_of_sunset();
    match stop {
        Some(failure) if failure.is_output() => Err(failure),
        _ => tally.end(&many, is_interrupted, &printer),
    }
}

/// Prints the line of a thread.
fn print(
    found: &Thread,
    thread: &ThreadTarget,
    watch: &Watch,
    printer: &Printer,
) -> Result<(), Failure> {
    // Closed pipes do not end the command: the other threads are still to be changed.
    if printer.is_json() {
        let request_id = watch.request_id();
        printer.call_json(found, request_id.as_deref())?;
    } else {
        let assignee = table::assignee(found.assignee.as_ref());
        let fields = [&thread.to_string(), found.status.as_str(), &assignee];
        let fields = fields.map(|field| threadline::printable(field).to_string());
        printer.result(&fields.join("\t"))?;
    }
    Ok(())
}

impl Tally {
    fn fail(&mut self, failure: &Failure) {
        self.failed += 1;
        if self.exit_code == 0 {
            self.exit_code = failure.exit_code();
        }
        if self.delivery != Some(Delivery::Unknown) {
            self.delivery = Some(failure.delivery());
        }
    }

    /// Counts a thread whose call did not end.
    fn leave(&mut self, delivery: Delivery) {
        if delivery == Delivery::NotSent {
            self.not_sent += 1;
        } else {
            self.unknown += 1;
            self.delivery = Some(delivery);
        }
    }

    /// Sums up, and says how the command ends.
    fn end(&self, many: &Many, is_interrupted: bool, printer: &Printer) -> Result<(), Failure> {
        let mut words = vec![format!("{} {}", self.succeeded, many.done)];
        if self.prepared > 0 {
            words = vec![format!("{} would be {}", self.prepared, many.done)];
        }
        for (count, what) in [
            (self.failed, "failed"),
            (self.unknown, "may have been sent"),
            (self.not_sent, "not sent"),
        ] {
            if count > 0 {
                words.push(format!("{count} {what}"));
            }
        }
        let summary = words.join(", ");
        if self.failed + self.unknown + self.not_sent == 0 {
            if many.threads.is_empty() && printer.speaks() {
                printer.note("no threads were given");
            } else if many.changes && printer.speaks() {
                printer.note(&summary);
            }
            return Ok(());
        }
        let delivery = self.delivery.unwrap_or(Delivery::NotSent);
        Err(if is_interrupted {
            Failure::interrupted_several(summary, delivery)
        } else if self.succeeded + self.prepared == 0 {
            Failure::all(summary, delivery, self.exit_code)
        } else {
            Failure::some(summary, delivery)
        })
    }
}
