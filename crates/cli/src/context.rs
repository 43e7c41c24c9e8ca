//! The providers of a command, set up as the command line says.

use std::collections::BTreeMap;
use std::env;

use threadline::{CallOptions, Config, Credential, ErrorKind, ProviderKind, ThreadProvider};
use threadline_emulator::Emulator;

use crate::args::CallArgs;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::{Printer, table};
use crate::profile::{self, Profile};
use crate::watch::Watch;

/// How many of the sandbox's threads an error lists.
const LISTED_THREADS: usize = 3;

/// What a command runs with: its options, its providers, and where its output goes.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) printer: Printer,
    pub(crate) profile: Option<Profile>,
    pub(crate) call: CallArgs,
    pub(crate) verbose: bool,
    pub(crate) interrupt: Interrupt,
    /// The emulator that takes the vendors' place.
    sandbox: Option<Emulator>,
    providers: BTreeMap<ProviderKind, Box<dyn ThreadProvider>>,
}

impl Context {
    /// Reads the profile. Nothing is connected yet.
    pub(crate) fn open(
        printer: &Printer,
        profile: Option<&String>,
        call: CallArgs,
        verbose: bool,
    ) -> Result<Self, Failure> {
        let profile = profile.filter(|name| !name.is_empty());
        Ok(Self {
            printer: printer.clone(),
            profile: profile.map(|name| profile::named(name)).transpose()?,
            call,
            verbose,
            interrupt: Interrupt::listen()?,
            sandbox: None,
            providers: BTreeMap::new(),
        })
    }

    /// Sets up a provider: the vendor's server, or with `--sandbox` an emulator. Sends nothing.
    pub(crate) async fn connect(
        &mut self,
        kind: &ProviderKind,
    ) -> Result<&dyn ThreadProvider, Failure> {
        if !self.providers.contains_key(kind) {
            let config = self.config(kind).await?;
            self.providers.insert(kind.clone(), kind.connect(config)?);
        }
        self.provider(kind)
    }

    /// A provider that is connected.
    pub(crate) fn provider(&self, kind: &ProviderKind) -> Result<&dyn ThreadProvider, Failure> {
        match self.providers.get(kind) {
            Some(provider) => Ok(&**provider),
            None => Err(Failure::usage(format!("{kind} is not connected"))),
        }
    }

    /// A provider whose next call is watched.
    pub(crate) fn watched(
        &self,
        kind: &ProviderKind,
        watch: &Watch,
    ) -> Result<Box<dyn ThreadProvider>, Failure> {
        Ok(self.provider(kind)?.with_options(&watch.options())?)
    }

    /// A call that reads.
    pub(crate) fn reading(&self) -> Watch {
        Watch::new(&self.printer, self.verbose, false)
    }

    /// A call that changes something.
    pub(crate) fn changing(&self) -> Watch {
        Watch::new(&self.printer, self.verbose, true)
    }

    async fn config(&mut self, kind: &ProviderKind) -> Result<Config, Failure> {
        let config = if self.call.sandbox {
            if self.sandbox.is_none() {
                self.sandbox = Some(Emulator::start().await?);
            }
            let Some(emulator) = &self.sandbox else {
                return Err(Failure::emulator("the emulator did not start"));
            };
            emulator_config(emulator, kind)?
        } else {
            match &self.profile {
                Some(profile) => profile.config()?,
                None => kind.config_from_env()?,
            }
        };
        Ok(config
            .insecure_http(self.call.allow_insecure_http)
            .with_options(&self.options()))
    }

    /// The options of every call.
    pub(crate) fn options(&self) -> CallOptions {
        let mut options = CallOptions::new().dry_run(self.call.dry_run);
        if let Some(attempts) = self.call.attempts {
            options = options.attempts(attempts.get());
        }
        if let Some(timeout) = self.call.timeout {
            options = options.deadline(timeout);
        }
        options
    }

    /// Warns of an API that is going to be switched off, if its server says so.
    pub(crate) fn warn_of_sunset(&self) {
        if self.printer.is_json() {
            return;
        }
        for (kind, provider) in &self.providers {
            if let Some(sunset) = provider.sunset() {
                self.printer.note(&table::sunset(kind, &sunset));
            }
        }
    }

    /// Ends a command whose only call failed: prints the request of a dry run, and adds to a
    /// failure what helps.
    pub(crate) fn end(&self, kind: &ProviderKind, failure: Failure) -> Result<(), Failure> {
        if let Failure::Call(call) = &failure
            && let Some(request) = call.error.prepared_request()
        {
            return self.print_request(request);
        }
        let hint = self.hint(kind, &failure);
        Err(failure.note(hint))
    }

    /// Prints the request of a dry run.
    fn print_request(&self, request: &threadline::PreparedRequest) -> Result<(), Failure> {
        if self.printer.is_json() {
            self.printer
                .result(&crate::output::json::request(request)?)?;
        } else {
            self.printer.note("dry run, nothing was sent:");
            self.printer.result(&table::request(request))?;
        }
        Ok(())
    }

    /// What helps with a failure, as far as the settings tell.
    pub(crate) fn hint(&self, kind: &ProviderKind, failure: &Failure) -> Option<String> {
        let Failure::Call(call) = failure else {
            return None;
        };
        match call.error.kind() {
            ErrorKind::NotFound => self.threads_of_the_sandbox(kind),
            ErrorKind::Authentication if self.sandbox.is_none() => {
                let source = match &self.profile {
                    Some(profile) => profile.credential.describe(),
                    None => format!("the environment variable {}", kind.credential_variable()?),
                };
                Some(format!("the credential is from {source}"))
            }
            ErrorKind::Connect if self.sandbox.is_none() => {
                let origin = if let Some(profile) = &self.profile {
                    profile.base_url.as_ref()?;
                    format!("the profile {:?}", profile.name)
                } else {
                    let variable = kind.base_url_variable()?;
                    env::var_os(variable)?;
                    variable.to_owned()
                };
                Some(format!("the base URL is from {origin}"))
            }
            _ => None,
        }
    }

    /// Names some threads of the sandbox, where the requested one does not exist.
    fn threads_of_the_sandbox(&self, kind: &ProviderKind) -> Option<String> {
        let ids = self.sandbox.as_ref()?.thread_ids(kind);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_provider_that_is_not_emulated_does_not_reach_its_vendor() {
        let emulator = Emulator::start().await.unwrap();
        let failure = emulator_config(&emulator, &ProviderKind::other("acme")).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert_eq!(
            failure.message(),
            "--sandbox does not emulate acme, only contactship, inboxapp-v1, inboxapp"
        );
        for kind in &ProviderKind::ALL {
            assert!(emulator_config(&emulator, kind).is_ok(), "{kind}");
        }
    }
}
