//! A provider to call, and what becomes of the call.

use threadline::{
    Error, ErrorKind, PreparedRequest, ProviderBuilder, Result, RetryPolicy, Sunset, Thread,
    ThreadProvider, ThreadProviderExt as _, contactship, inboxapp_v1, inboxapp_v2,
};
use threadline_emulator::Provider;

use crate::args::CallArgs;
use crate::failure::Failure;
use crate::output::{self, Output, json, table};
use crate::sandbox::{self, Sandbox};

/// How many threads of the sandbox are named to somebody who asked for another.
const NAMED_THREADS: usize = 3;

/// A provider to call.
#[derive(Debug)]
pub(crate) struct Connection {
    /// The provider.
    pub(crate) inbox: Box<dyn ThreadProvider>,
    sandbox: Option<(Sandbox, Provider)>,
}

impl Connection {
    /// Sets a provider up as the options say.
    pub(crate) async fn open(name: &str, call: &CallArgs) -> Result<Self, Failure> {
        let sandbox = match sandbox::provider(name) {
            Some(provider) if call.sandbox => Some((Sandbox::start().await?, provider)),
            _ => None,
        };
        let builder = match &sandbox {
            Some((sandbox, provider)) => sandbox.builder(*provider)?,
            None => ProviderBuilder::named(name)?.from_env()?,
        };
        let inbox = configured(builder, call).build()?;
        Ok(Self { inbox, sandbox })
    }

    /// Shows what a call gave.
    pub(crate) fn show(&self, result: Result<Thread>, output: Output) -> Result<(), Failure> {
        if output == Output::Table
            && let Some(sunset) = sunset(&*self.inbox)
        {
            output::note(&table::sunset(self.inbox.name(), &sunset));
        }
        match result {
            Ok(thread) => output::print(&match output {
                Output::Json => json::thread(&thread),
                Output::Table => table::thread(&thread),
            }),
            Err(error) => match error.prepared_request() {
                Some(request) => show_request(request, output),
                None => Err(Failure::Call {
                    note: self.note(&error),
                    error,
                }),
            },
        }
    }

    /// Names threads that there are to somebody who asked the sandbox for one that there is not.
    fn note(&self, error: &Error) -> Option<String> {
        let (sandbox, provider) = self.sandbox.as_ref()?;
        if error.kind() != ErrorKind::NotFound {
            return None;
        }
        let ids = sandbox.emulator().thread_ids(*provider);
        let named = ids
            .iter()
            .take(NAMED_THREADS)
            .map(|id| format!("{provider}:{id}"));
        let named: Vec<_> = named.collect();
        Some(format!("in the sandbox there are {}, …", named.join(", ")))
    }
}

/// Shows a request that was not sent.
fn show_request(request: &PreparedRequest, output: Output) -> Result<(), Failure> {
    output::print(&match output {
        Output::Json => json::request(request),
        Output::Table => {
            output::note("dry run, nothing was sent:");
            table::request(request)
        }
    })
}

fn configured(mut builder: ProviderBuilder, call: &CallArgs) -> ProviderBuilder {
    if let Some(attempts) = call.attempts {
        builder = builder.retry(RetryPolicy::default().with_max_attempts(attempts.get()));
    }
    if let Some(timeout) = call.timeout {
        builder = builder.deadline(timeout);
    }
    builder
        .allow_insecure_http(call.allow_insecure_http)
        .dry_run(call.dry_run)
}

/// The end that the server has announced for its API, if it has.
fn sunset(inbox: &dyn ThreadProvider) -> Option<Sunset> {
    let contactship = inbox.as_native().map(contactship::Client::transport);
    let v1 = inbox.as_native().map(inboxapp_v1::Client::transport);
    let v2 = inbox.as_native().map(inboxapp_v2::Client::transport);
    contactship.or(v1).or(v2)?.sunset()
}
