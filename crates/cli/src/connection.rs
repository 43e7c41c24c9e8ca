//! A provider set up as the command line says, and the output of a call to it.

use std::sync::{Arc, OnceLock};

use threadline::{
    CallOptions, Config, Credential, Error, ErrorKind, ProviderKind, Result, Thread, ThreadProvider,
};
use threadline_emulator::Emulator;

use crate::args::CallArgs;
use crate::failure::Failure;
use crate::output::{self, Output, json, table};

/// How many of the sandbox's threads an error lists.
const LISTED_THREADS: usize = 3;

/// A provider to call once.
#[derive(Debug)]
pub(crate) struct Connection {
    /// The provider.
    pub(crate) provider: Box<dyn ThreadProvider>,
    /// The id of the answered request, once there is an answer.
    request_id: Arc<OnceLock<String>>,
    /// The emulator that takes the vendor's place.
    sandbox: Option<Emulator>,
}

impl Connection {
    /// Connects to a provider: the vendor's server, or with `--sandbox` an emulator.
    pub(crate) async fn open(kind: &ProviderKind, call: &CallArgs) -> Result<Self, Failure> {
        let (config, sandbox) = if call.sandbox {
            let emulator = Emulator::start().await?;
            (emulator_config(&emulator, kind)?, Some(emulator))
        } else {
            (kind.config_from_env()?, None)
        };
        let request_id = Arc::new(OnceLock::new());
        let config = config
            .insecure_http(call.allow_insecure_http)
            .with_options(&call_options(call, Arc::clone(&request_id)));
        Ok(Self {
            provider: kind.connect(config)?,
            request_id,
            sandbox,
        })
    }

    /// Prints what a call returned: the thread, or the request of a dry run.
    pub(crate) fn print_result(
        &self,
        result: Result<Thread>,
        output: Output,
    ) -> Result<(), Failure> {
        if output == Output::Table
            && let Some(sunset) = self.provider.sunset()
        {
            output::print_note(&table::sunset(self.provider.kind(), &sunset));
        }
        let error = match result {
            Ok(thread) => {
                let request_id = self.request_id.get().map(String::as_str);
                return output::print(&match output {
                    Output::Json => json::line(&thread)?,
                    Output::Table => table::thread(&thread, request_id),
                });
            }
            Err(error) => error,
        };
        match (error.prepared_request(), output) {
            (Some(request), Output::Json) => output::print(&json::request(request)?),
            (Some(request), Output::Table) => {
                output::print_note("dry run, nothing was sent:");
                output::print(&table::request(request))
            }
            (None, _) => Err(Failure::Call {
                note: self.list_of_threads(&error),
                error,
            }),
        }
    }

    /// Names some threads of the sandbox if the requested one does not exist there.
    fn list_of_threads(&self, error: &Error) -> Option<String> {
        let emulator = self.sandbox.as_ref()?;
        if error.kind() != ErrorKind::NotFound {
            return None;
        }
        let kind = self.provider.kind();
        let ids = emulator.thread_ids(kind);
        let names = ids.iter().take(LISTED_THREADS);
        let names: Vec<_> = names.map(|id| format!("{kind}:{id}")).collect();
        Some(format!("in the sandbox there are {}, …", names.join(", ")))
    }
}

/// Settings that lead to the emulator, whatever the environment says.
pub(crate) fn emulator_config(emulator: &Emulator, kind: &ProviderKind) -> Result<Config, Failure> {
    let Some(url) = emulator.url(kind) else {
        let emulated = Emulator::PROVIDERS.map(|kind| kind.to_string()).join(", ");
        return Err(Failure::usage(format!(
            "--sandbox does not emulate {kind}, only {emulated}"
        )));
    };
    Ok(Config::new()
        .credential(Credential::new(Emulator::CREDENTIAL)?)
        .base_url(url))
}

/// The options of the call, with the id of the request kept from its answer.
fn call_options(call: &CallArgs, request_id: Arc<OnceLock<String>>) -> CallOptions {
    let mut options = CallOptions::new()
        .dry_run(call.dry_run)
        .on_response(move |answer| {
            if let Some(id) = answer.request_id() {
                let _ = request_id.set(id.to_owned());
            }
        });
    if let Some(attempts) = call.attempts {
        options = options.attempts(attempts.get());
    }
    if let Some(timeout) = call.timeout {
        options = options.deadline(timeout);
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_sandbox_is_refused_where_the_emulator_lacks_the_provider() {
        let call = CallArgs {
            sandbox: true,
            ..CallArgs::default()
        };
        let failure = Connection::open(&ProviderKind::other("acme"), &call)
            .await
            .unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert_eq!(
            table::failure(&failure),
            "error: --sandbox does not emulate acme, only contactship, inboxapp-v1, inboxapp"
        );
    }

    #[tokio::test]
    async fn the_sandbox_has_every_provider_of_the_library() {
        let emulator = Emulator::start().await.unwrap();
        for kind in &ProviderKind::ALL {
            assert!(emulator_config(&emulator, kind).is_ok(), "{kind}");
        }
    }
}
