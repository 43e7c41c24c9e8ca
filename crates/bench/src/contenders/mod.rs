//! The same update, made in four ways.

mod by_facade;
mod by_generated;
mod by_hyper;
mod by_reqwest;
mod thread;

use std::net::SocketAddr;

use async_trait::async_trait;

/// The id of the thread that is updated.
pub const ID: &str = "w5hs7kz546ds69ep2st18dhb";
/// The token that is sent.
pub const TOKEN: &str = "bench-token";

/// Why a call failed.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// One way to make the update.
#[async_trait]
pub trait Contender: Send + Sync {
    /// Archives the thread and says whether the answer has it archived.
    ///
    /// # Errors
    ///
    /// Where the call fails.
    async fn update(&self) -> Result<bool, Failure>;
}

/// The names of the contenders, from the barest to the richest.
pub const NAMES: [&str; 4] = ["hyper", "reqwest", "generated", "facade"];

/// The contender with this name.
///
/// # Errors
///
/// Where there is none, or it cannot be set up.
pub fn contender(name: &str, server: SocketAddr) -> Result<Box<dyn Contender>, Failure> {
    Ok(match name {
        "hyper" => Box::new(by_hyper::ByHyper::new(server)),
        "reqwest" => Box::new(by_reqwest::ByReqwest::new(server)?),
        "generated" => Box::new(by_generated::ByGenerated::new(server)?),
        "facade" => Box::new(by_facade::ByFacade::new(server)?),
        other => return Err(format!("there is no contender {other}").into()),
    })
}
