//! Why an emulator could not be started.

use std::io;

use crate::provider::Provider;

/// Why an emulator could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A port could not be taken. Choose another one, or 0 for any that is free.
    #[error("port {port} for {provider} cannot be taken: {source}")]
    Port {
        /// The API the port was for.
        provider: Provider,
        /// The port that was asked for.
        port: u16,
        /// What the operating system said.
        source: io::Error,
    },
    /// The thread that the emulator runs on could not be started.
    #[error("the emulator's thread cannot be started: {0}")]
    Thread(#[source] io::Error),
    /// An API's OpenAPI document says something the emulator cannot honour. This is a defect of the
    /// emulator or of the document; nothing a caller does can cause or mend it.
    #[error("the OpenAPI document of {provider} cannot be emulated: {message}")]
    Spec {
        /// The API.
        provider: Provider,
        /// What the emulator cannot honour, and where it stands.
        message: String,
    },
}
