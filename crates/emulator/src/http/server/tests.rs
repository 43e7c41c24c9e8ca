//! Cancelling a start and dropping a server: neither waits for the server's thread.
//!
//! Each test keeps the server's thread busy until the test itself lets it go on, so anything that
//! waited for that thread would never return.

use std::cell::RefCell;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Wake, Waker};

use serde_json::json;

use super::*;
use crate::http::arguments::Arguments;
use crate::http::context::Context;
use crate::http::response::Response;
use crate::http::service::Settings;
use crate::request_log::RequestLog;
use crate::spec::Spec;
use crate::vendors::{Rejection, Vendor};
use threadline::ProviderKind;

const SPEC: &str = r#"{"paths": {"/busy": {"get": {
    "operationId": "get", "responses": {"200": {"description": "done"}}
}}}}"#;

/// Long enough for any machine: only a failing test waits this long.
const GUARD: Duration = Duration::from_secs(60);

thread_local! {
    /// Dropped when the thread ends, which disconnects the receiver.
    static ALIVE: RefCell<Option<Sender<()>>> = const { RefCell::new(None) };
}

/// A vendor whose one operation lasts until the test allows it to end.
struct BusyVendor {
    entered: Sender<()>,
    gate: Mutex<Receiver<()>>,
}

impl Vendor for BusyVendor {
    fn call(&self, _: &str, _: &Arguments, _: &Context) -> Option<Response> {
        self.entered.send(()).unwrap();
        // An error is what opens the gate.
        let _ = self.gate.lock().unwrap().recv();
        Some(Response::empty())
    }

    fn reject(&self, _: &Rejection, _: &Context) -> Response {
        Response::ok(json!(null))
    }

    fn finish(&self, _: &mut Response, _: &Context) {}

    fn thread_ids(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Sends a message when the task it belongs to could go on.
struct Notify(Sender<()>);

impl Wake for Notify {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(());
    }
}

/// What a test needs to follow a server's thread.
struct Probe {
    /// Dropping it lets a busy operation end.
    gate: Sender<()>,
    /// Hears of each operation that has begun.
    entered: Receiver<()>,
    /// Disconnected when the thread has ended.
    ended: Receiver<()>,
    service: Service,
    alive: Sender<()>,
}

fn probe() -> Probe {
    let (gate, closed) = mpsc::channel();
    let (enter, entered) = mpsc::channel();
    let (alive, ended) = mpsc::channel();
    let vendor: Arc<dyn Vendor> = Arc::new(BusyVendor {
        entered: enter,
        gate: Mutex::new(closed),
    });
    let service = Service::new(
        ProviderKind::ContactShip,
        Arc::new(Spec::read(SPEC).unwrap()),
        Box::new(move || Arc::clone(&vendor)),
        Settings::default(),
        Arc::new(RequestLog::new(1, None)),
    );
    Probe {
        gate,
        entered,
        ended,
        service,
        alive,
    }
}

/// Runs a test on a thread and runtime of its own, so that one that blocks fails.
fn guarded<F: Future<Output = ()>>(test: impl FnOnce() -> F + Send + 'static) {
    let (done, wait) = mpsc::channel();
    let thread = thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(test());
        done.send(()).unwrap();
    });
    assert_ne!(wait.recv_timeout(GUARD), Err(RecvTimeoutError::Timeout));
    thread.join().unwrap();
}

fn assert_released(address: SocketAddr) {
    TcpListener::bind(address).unwrap();
}

fn assert_ended(ended: &Receiver<()>) {
    let end = ended.recv_timeout(GUARD);
    assert_eq!(end, Err(RecvTimeoutError::Disconnected));
}

#[test]
fn cancelling_a_start_while_preparing_does_not_block() {
    guarded(async || {
        let probe = probe();
        let socket = Socket::bind(0).unwrap();
        let address = socket.address();
        let (open, gate) = mpsc::channel::<()>();
        let (service, alive) = (probe.service, probe.alive);
        let prepare = move || {
            ALIVE.set(Some(alive));
            let _ = gate.recv();
            Ok(vec![service])
        };
        let mut start = Box::pin(Server::start(vec![socket], prepare));
        let poll = std::future::poll_fn(|context| Poll::Ready(start.as_mut().poll(context)));
        assert!(poll.await.is_pending());

        // The thread cannot end before the gate opens, which happens below.
        drop(start);
        assert_released(address);
        drop(open);
        assert_ended(&probe.ended);
        assert_released(address);
    });
}

#[test]
fn cancelling_a_finished_start_stops_the_server() {
    guarded(async || {
        let probe = probe();
        let socket = Socket::bind(0).unwrap();
        let address = socket.address();
        let (service, alive) = (probe.service, probe.alive);
        let prepare = move || {
            ALIVE.set(Some(alive));
            Ok(vec![service])
        };
        let mut start = Box::pin(Server::start(vec![socket], prepare));
        let (wake, woken) = mpsc::channel();
        let waker = Waker::from(Arc::new(Notify(wake)));
        let poll = start.as_mut().poll(&mut TaskContext::from_waker(&waker));
        if poll.is_pending() {
            woken.recv_timeout(GUARD).unwrap();
        }
        assert!(TcpListener::bind(address).is_err());

        drop((start, poll));
        assert_released(address);
        assert_ended(&probe.ended);
    });
}

#[test]
fn dropping_a_busy_server_does_not_block() {
    guarded(async || {
        let probe = probe();
        let socket = Socket::bind(0).unwrap();
        let address = socket.address();
        let (service, alive) = (probe.service, probe.alive);
        let prepare = move || {
            ALIVE.set(Some(alive));
            Ok(vec![service])
        };
        let (server, _) = Server::start(vec![socket], prepare).await.unwrap();
        let mut client = TcpStream::connect(address).unwrap();
        client
            .write_all(b"GET /busy HTTP/1.1\r\nhost: x\r\n\r\n")
            .unwrap();
        probe.entered.recv_timeout(GUARD).unwrap();

        drop(server);
        assert_released(address);
        drop(probe.gate);
        assert_ended(&probe.ended);
    });
}

#[test]
fn cancelling_a_shutdown_does_not_block() {
    guarded(async || {
        let probe = probe();
        let socket = Socket::bind(0).unwrap();
        let address = socket.address();
        let (service, alive) = (probe.service, probe.alive);
        let prepare = move || {
            ALIVE.set(Some(alive));
            Ok(vec![service])
        };
        let (server, _) = Server::start(vec![socket], prepare).await.unwrap();
        let mut client = TcpStream::connect(address).unwrap();
        client
            .write_all(b"GET /busy HTTP/1.1\r\nhost: x\r\n\r\n")
            .unwrap();
        probe.entered.recv_timeout(GUARD).unwrap();

        let mut finish = Box::pin(server.finish());
        let poll = std::future::poll_fn(|context| Poll::Ready(finish.as_mut().poll(context)));
        assert!(poll.await.is_pending());
        drop(finish);
        assert_released(address);
        drop(probe.gate);
        assert_ended(&probe.ended);
    });
}
