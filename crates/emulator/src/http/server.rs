//! The thread that serves the APIs. It has a runtime of its own, so that the emulator does not
//! depend on its caller's.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use http::Response;
use tokio::runtime::{self, Runtime};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use super::connection::ResetHandle;
use super::cors;
use super::listener::{FaultyListener, Socket};
use crate::control;
use crate::error::StartError;
use crate::http::request::Request;
use crate::http::service::Service;

/// The maximum size of a request body.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// How long a graceful shutdown waits for requests in flight.
const GRACE_PERIOD: Duration = Duration::from_secs(5);

/// What a server is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It accepts requests.
    Running,
    /// It finishes the requests it has begun.
    Finishing,
    /// It stops at once.
    Stopped,
}

/// An API and its address.
#[derive(Clone)]
pub(crate) struct ServedApi {
    /// Where its socket listens.
    pub(crate) address: SocketAddr,
    /// The API.
    pub(crate) service: Arc<Service>,
}

/// A running server. Dropping it closes its sockets and tells its thread to stop, without waiting
/// for the thread: it may be dropped on an async executor.
#[derive(Debug)]
pub(crate) struct Server {
    stage: watch::Sender<Stage>,
    sockets: Vec<Socket>,
    finished: oneshot::Receiver<()>,
}

impl Server {
    /// Serves one API on each socket, on a thread of their own. `prepare` runs on that thread too,
    /// because reading the specs takes a moment.
    ///
    /// The future may be dropped at any time: it owns the server, whose own `drop` does the rest.
    pub(crate) async fn start(
        sockets: Vec<Socket>,
        prepare: impl FnOnce() -> Result<Vec<Service>, StartError> + Send + 'static,
    ) -> Result<(Self, Vec<ServedApi>), StartError> {
        let (stage, watcher) = watch::channel(Stage::Running);
        let (ready, started) = oneshot::channel();
        let (finish, finished) = oneshot::channel();
        let server = Self {
            stage,
            sockets: sockets.clone(),
            finished,
        };
        let work = move || {
            match set_up(&sockets, prepare) {
                Ok((runtime, apis)) => {
                    // Without a receiver the start was cancelled, and `serve` returns at once.
                    drop(ready.send(Ok(apis.clone())));
                    runtime.block_on(serve(sockets, apis, watcher));
                    // Ends the connections that are still open.
                    drop(runtime);
                }
                Err(error) => drop(ready.send(Err(error))),
            }
            // There is a receiver only while `finish` waits.
            let _ = finish.send(());
        };
        thread::Builder::new()
            .name("threadline-emulator".to_owned())
            .spawn(work)
            .map_err(StartError::Thread)?;
        match started.await {
            Ok(apis) => Ok((server, apis?)),
            Err(_) => Err(StartError::Thread(io::Error::other(
                "it ended before the emulator was ready",
            ))),
        }
    }

    /// Accepts no more connections, lets requests in flight finish, and returns when the thread has
    /// nothing left to do.
    pub(crate) async fn finish(mut self) {
        self.stage.send_replace(Stage::Finishing);
        self.close_sockets();
        // An error means that the thread is gone, which is just as well.
        drop((&mut self.finished).await);
    }

    fn close_sockets(&self) {
        self.sockets.iter().for_each(Socket::close);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stage.send_replace(Stage::Stopped);
        self.close_sockets();
    }
}

/// Prepares everything that can fail. The runtime is created here, on the server's thread, because
/// a runtime must not be dropped on an async executor.
fn set_up(
    sockets: &[Socket],
    prepare: impl FnOnce() -> Result<Vec<Service>, StartError>,
) -> Result<(Runtime, Vec<ServedApi>), StartError> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(StartError::Thread)?;
    let apis = sockets
        .iter()
        .zip(prepare()?)
        .map(|(socket, service)| ServedApi {
            address: socket.address(),
            service: Arc::new(service),
        });
    let apis = apis.collect();
    let context = runtime.enter();
    for socket in sockets {
        socket.listen().map_err(StartError::Thread)?;
    }
    drop(context);
    Ok((runtime, apis))
}

async fn serve(sockets: Vec<Socket>, apis: Vec<ServedApi>, watcher: watch::Receiver<Stage>) {
    let mut servers = JoinSet::new();
    for (socket, api) in sockets.into_iter().zip(apis) {
        servers.spawn(serve_one(socket, api.service, watcher.clone()));
    }
    let finished = async {
        wait_while(watcher.clone(), &[Stage::Running]).await;
        let all = async { while servers.join_next().await.is_some() {} };
        // Requests that take longer are cut off.
        drop(tokio::time::timeout(GRACE_PERIOD, all).await);
    };
    tokio::select! {
        () = finished => {}
        () = wait_while(watcher.clone(), &[Stage::Running, Stage::Finishing]) => {}
    }
}

async fn serve_one(
    socket: Socket,
    service: Arc<Service>,
    watcher: watch::Receiver<Stage>,
) -> io::Result<()> {
    let listener = FaultyListener::new(socket, Arc::clone(&service));
    let api = axum::Router::new()
        .fallback(receive)
        .with_state(Arc::clone(&service))
        .layer(cors::layer());
    let app = control::router()
        .with_state(service)
        .fallback_service(api)
        .into_make_service_with_connect_info::<ResetHandle>();
    axum::serve(listener, app)
        .with_graceful_shutdown(async move { wait_while(watcher, &[Stage::Running]).await })
        .await
}

/// Waits until the server is in none of these stages any more.
async fn wait_while(mut watcher: watch::Receiver<Stage>, stages: &[Stage]) {
    // An error means that the server was dropped, which ends every stage.
    drop(watcher.wait_for(|stage| !stages.contains(stage)).await);
}

async fn receive(
    State(service): State<Arc<Service>>,
    ConnectInfo(reset): ConnectInfo<ResetHandle>,
    request: axum::extract::Request,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await.ok();
    let request = Request {
        method: head.method,
        target: head.uri,
        headers: head.headers,
        body,
    };
    service.handle(&request).deliver(&reset).await
}

#[cfg(test)]
mod tests;
