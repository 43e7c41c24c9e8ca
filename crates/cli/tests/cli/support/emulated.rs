//! An emulator in this process, and the binary with settings that lead to it.

use threadline::ProviderKind;
use threadline_emulator::{Emulator, EmulatorBuilder, ReceivedRequest};

use super::Threadline;

pub(crate) struct Emulated(Emulator);

impl Emulated {
    pub(crate) fn start() -> Self {
        Self::with(Emulator::builder())
    }

    pub(crate) fn with(builder: EmulatorBuilder) -> Self {
        // The emulator serves from a thread of its own.
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        Self(runtime.block_on(builder.start()).unwrap())
    }

    /// A run of the binary that calls this emulator.
    pub(crate) fn run(&self, arguments: &[&str]) -> Threadline {
        let variables = self.variables().into_iter();
        variables.fold(Threadline::new(arguments), |run, (name, value)| {
            run.env(name, value)
        })
    }

    /// The variables that lead to this emulator.
    pub(crate) fn variables(&self) -> [(&'static str, &str); 5] {
        [
            ("CONTACTSHIP_API_KEY", Emulator::CREDENTIAL),
            ("INBOX_API_TOKEN", Emulator::CREDENTIAL),
            ("CONTACTSHIP_BASE_URL", self.0.contactship_url()),
            ("INBOX_API_V1_BASE_URL", self.0.inboxapp_v1_url()),
            ("INBOX_API_BASE_URL", self.0.inboxapp_url()),
        ]
    }

    /// The names of some threads.
    pub(crate) fn threads(&self, kind: &ProviderKind, count: usize) -> Vec<String> {
        let ids = self.0.thread_ids(kind);
        let names = ids.iter().take(count).map(|id| format!("{kind}:{id}"));
        names.collect()
    }

    /// The requests since the last call of this.
    pub(crate) fn received(&self) -> Vec<ReceivedRequest> {
        let requests = self.0.requests();
        self.0.clear_requests();
        requests
    }

    /// How many requests of this method there were since the last call of this.
    pub(crate) fn count(&self, method: &str) -> usize {
        let requests = self.received();
        let of_method = requests.iter().filter(|request| request.method == method);
        of_method.count()
    }
}
