//! `RUST_LOG`.

use std::{env, io};

use tracing_subscriber::EnvFilter;

use crate::output;

/// Logs what `RUST_LOG` asks for on standard error; nothing if it is not set.
pub(crate) fn start() {
    let Ok(directives) = env::var(EnvFilter::DEFAULT_ENV) else {
        return;
    };
    match EnvFilter::try_new(directives) {
        Ok(filter) => {
            let subscriber = tracing_subscriber::fmt().with_env_filter(filter);
            // It can only fail where another one runs, and there is none.
            let _ = subscriber.with_writer(io::stderr).try_init();
        }
        Err(error) => output::note(&format!("warning: nothing is logged: RUST_LOG: {error}")),
    }
}
