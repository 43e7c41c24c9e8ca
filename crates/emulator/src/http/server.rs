//! From sockets to services: one thread with its own runtime, so that the emulator neither waits
//! for its caller nor keeps anything alive after it is told to stop.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use http::Response;
use tokio::runtime;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::error::StartError;
use crate::http::connection::{Breaker, Entrance};
use crate::http::request::Request;
use crate::http::service::Service;

/// The largest body the emulator reads.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// How long requests that are being answered may take after the emulator was asked to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Whether a server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It does.
    Running,
    /// It finishes what it has begun.
    Finishing,
    /// It stops at once.
    Stopped,
}

/// A socket and the API that is served on it.
pub(crate) struct Endpoint {
    listener: TcpListener,
    served: Served,
}

/// An API and where it is served.
#[derive(Clone)]
pub(crate) struct Served {
    /// Where its socket listens.
    pub(crate) address: SocketAddr,
    /// The API.
    pub(crate) service: Arc<Service>,
}

impl Endpoint {
    /// Takes a port of this machine, any free one for port 0.
    pub(crate) fn bind(port: u16, service: Service) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let served = Served {
            address: listener.local_addr()?,
            service: Arc::new(service),
        };
        Ok(Self { listener, served })
    }
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    stage: watch::Sender<Stage>,
    finished: Option<oneshot::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves endpoints on a thread of their own, on which they are also prepared: reading the
    /// specs takes a moment.
    pub(crate) async fn start(
        prepare: impl FnOnce() -> Result<Vec<Endpoint>, StartError> + Send + 'static,
    ) -> Result<(Self, Vec<Served>), StartError> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(StartError::Thread)?;
        let (stage, watcher) = watch::channel(Stage::Running);
        let (report, prepared) = oneshot::channel();
        let (finish, finished) = oneshot::channel();
        let work = move || {
            let endpoints = match prepare() {
                Ok(endpoints) => endpoints,
                Err(error) => return drop(report.send(Err(error))),
            };
            let apis = endpoints
                .iter()
                .map(|endpoint| endpoint.served.clone())
                .collect();
            // If nobody waits for the report any more, the stage has been left as well.
            drop(report.send(Ok(apis)));
            runtime.block_on(serve(endpoints, watcher));
            // Whatever a connection was still doing ends here.
            drop(runtime);
            // Nobody may be waiting for it.
            let _ = finish.send(());
        };
        let thread = thread::Builder::new()
            .name("threadline-emulator".to_owned())
            .spawn(work);
        let thread = Some(thread.map_err(StartError::Thread)?);
        let server = Self {
            stage,
            finished: Some(finished),
            thread,
        };
        match prepared.await {
            Ok(apis) => Ok((server, apis?)),
            Err(_) => Err(StartError::Thread(io::Error::other(
                "it ended before it began",
            ))),
        }
    }

    /// Takes no more connections, lets requests in flight be answered, and returns when everything
    /// has ended.
    pub(crate) async fn finish(mut self) {
        self.stage.send_replace(Stage::Finishing);
        if let Some(finished) = self.finished.take() {
            // An error means that the thread is gone, which is just as well.
            drop(finished.await);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stage.send_replace(Stage::Stopped);
        if let Some(thread) = self.thread.take() {
            // Handlers never wait for anything, so this takes no longer than the answer being made
            // at the moment.
            drop(thread.join());
        }
    }
}

async fn serve(endpoints: Vec<Endpoint>, watcher: watch::Receiver<Stage>) {
    let mut servers = JoinSet::new();
    for endpoint in endpoints {
        servers.spawn(serve_one(endpoint, watcher.clone()));
    }
    let finished = async {
        left(watcher.clone(), &[Stage::Running]).await;
        let all = async { while servers.join_next().await.is_some() {} };
        // Requests that take longer are cut off.
        drop(tokio::time::timeout(GRACE, all).await);
    };
    tokio::select! {
        () = finished => {}
        () = left(watcher.clone(), &[Stage::Running, Stage::Finishing]) => {}
    }
}

async fn serve_one(endpoint: Endpoint, watcher: watch::Receiver<Stage>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(endpoint.listener)?;
    let service = endpoint.served.service;
    let entrance = Entrance::new(listener, Arc::clone(&service));
    let app = axum::Router::new()
        .fallback(receive)
        .with_state(service)
        .into_make_service_with_connect_info::<Breaker>();
    axum::serve(entrance, app)
        .with_graceful_shutdown(async move { left(watcher, &[Stage::Running]).await })
        .await
}

/// Waits until the server is in none of these stages any more.
async fn left(mut watcher: watch::Receiver<Stage>, stages: &[Stage]) {
    // An error means that the server was dropped, which is the last of its stages.
    drop(watcher.wait_for(|stage| !stages.contains(stage)).await);
}

async fn receive(
    State(service): State<Arc<Service>>,
    ConnectInfo(breaker): ConnectInfo<Breaker>,
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
    service.answer(&request).deliver(&breaker).await
}
