//! Errors that prevent an emulator from starting.

use std::io;

use threadline::ProviderKind;

/// Errors that prevent an emulator from starting.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A port could not be bound. Choose another one, or 0 for any free port.
    #[error("port {port} for {provider} cannot be bound: {source}")]
    Port {
        /// The API the port was for.
        provider: ProviderKind,
        /// The requested port.
        port: u16,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The emulator's thread could not be started.
    #[error("the emulator's thread cannot be started: {0}")]
    Thread(#[source] io::Error),
    /// A seed cannot be read, or the API could not have such records.
    #[error("the seed cannot be used: {message}")]
    Seed {
        /// What is wrong with it, and where.
        message: String,
    },
    /// An OpenAPI document uses something the emulator does not support. This is a bug in the
    /// emulator or in the document; callers can neither cause nor fix it.
    #[error("the OpenAPI document of {provider} cannot be emulated: {message}")]
    Spec {
        /// The API.
        provider: ProviderKind,
        /// What is not supported, and where in the document.
        message: String,
    },
}
