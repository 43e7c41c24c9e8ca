//! The emulator that `--sandbox` and `demo` talk to.

use threadline::{Credential, ProviderBuilder};
use threadline_emulator::{Emulator, Provider};

use crate::failure::Failure;

/// An emulator in this process; it ends with the value.
#[derive(Debug)]
pub(crate) struct Sandbox(Emulator);

impl Sandbox {
    /// Starts one on free ports.
    pub(crate) async fn start() -> Result<Self, Failure> {
        Ok(Self(Emulator::start().await?))
    }

    /// Settings that lead to the emulator, whatever the environment says.
    pub(crate) fn builder(&self, provider: Provider) -> Result<ProviderBuilder, Failure> {
        Ok(ProviderBuilder::named(provider.as_str())?
            .credential(Credential::new(Emulator::CREDENTIAL)?)
            .base_url(self.0.url(provider)))
    }

    /// The emulator itself.
    pub(crate) const fn emulator(&self) -> &Emulator {
        &self.0
    }
}

/// The emulated API of a provider's name.
pub(crate) fn provider(name: &str) -> Option<Provider> {
    Provider::ALL
        .into_iter()
        .find(|provider| provider.as_str() == name)
}
