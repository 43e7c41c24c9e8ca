//! Prints what the contenders cost, as one table.
//!
//! `threadline-bench` measures each contender in a process of its own against a server in another, so that neither
//! counts in the other's figures. `threadline-bench serve` is that server, `threadline-bench one NAME ADDRESS CALLS
//! IN_FLIGHT` one measurement.

#![forbid(unsafe_code)]

use std::alloc::System;
use std::env;
use std::io::{BufRead, BufReader, Write, stdout};
use std::process::{Child, Command, Stdio};

use comfy_table::{CellAlignment, Table};
use serde::{Deserialize, Serialize};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use threadline_bench::contenders::{Failure, NAMES, contender};
use threadline_bench::measure::{measure, peak_memory};
use threadline_bench::server;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Calls that are made before anything counts.
const WARM_UP: u32 = 200;
/// How often each measurement is taken; the median is shown.
const ROUNDS: usize = 9;

fn main() -> Result<(), Failure> {
    let arguments = env::args().skip(1).collect::<Vec<_>>();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => table(),
        ["serve"] => serve(),
        ["one", name, address, calls, in_flight] => {
            one(name, address, calls.parse()?, in_flight.parse()?)
        }
        _ => Err("usage: threadline-bench [serve | one NAME ADDRESS CALLS IN_FLIGHT]".into()),
    }
}

fn serve() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let (address, listener) = server::listen().await?;
        writeln!(stdout(), "{address}")?;
        server::serve(listener).await?;
        Ok(())
    })
}

/// One measurement, as JSON for the process that asked for it.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Figures {
    wall_ns: f64,
    cpu_ns: f64,
    allocations: f64,
    allocated: f64,
    kept: i64,
    peak_kb: u64,
}

fn one(name: &str, address: &str, calls: u32, in_flight: usize) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let figures = runtime.block_on(async {
        let contender = contender(name, address.parse()?)?;
        measure(&*contender, WARM_UP, in_flight, ALLOCATOR).await?;
        let cost = measure(&*contender, calls, in_flight, ALLOCATOR).await?;
        let each = f64::from(cost.calls);
        Ok::<_, Failure>(Figures {
            wall_ns: cost.wall.as_secs_f64() * 1e9 / each,
            cpu_ns: cost.cpu.as_secs_f64() * 1e9 / each,
            allocations: to_f64(cost.allocations) / each,
            allocated: to_f64(cost.allocated) / each,
            kept: i64::try_from(cost.kept)?,
            peak_kb: peak_memory().unwrap_or_default(),
        })
    })?;
    writeln!(stdout(), "{}", serde_json::to_string(&figures)?)?;
    Ok(())
}

/// Counts here stay far below where a float would round.
#[allow(clippy::cast_precision_loss)]
fn to_f64(count: usize) -> f64 {
    count as f64
}

/// The server in a process of its own, ended with the value.
struct Server(Child);

impl Server {
    fn start() -> Result<(Self, String), Failure> {
        let mut child = Command::new(env::current_exe()?)
            .arg("serve")
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the server has no output")?;
        let mut address = String::new();
        BufReader::new(output).read_line(&mut address)?;
        Ok((Self(child), address.trim().to_owned()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It holds nothing that could be lost.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn figures(name: &str, address: &str, calls: u32, in_flight: usize) -> Result<Figures, Failure> {
    let output = Command::new(env::current_exe()?)
        .args([
            "one",
            name,
            address,
            &calls.to_string(),
            &in_flight.to_string(),
        ])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("measuring {name} failed").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The rounds are interleaved, so that a machine that gets slower does so for all.
fn medians(address: &str, calls: u32, in_flight: usize) -> Result<Vec<Figures>, Failure> {
    let mut rounds = vec![Vec::new(); NAMES.len()];
    for _ in 0..ROUNDS {
        for (name, taken) in NAMES.iter().zip(&mut rounds) {
            taken.push(figures(name, address, calls, in_flight)?);
        }
    }
    rounds
        .into_iter()
        .map(|mut taken| {
            taken.sort_by(|one, other| one.cpu_ns.total_cmp(&other.cpu_ns));
            taken
                .get(ROUNDS / 2)
                .copied()
                .ok_or_else(|| "no rounds".into())
        })
        .collect()
}

/// Instructions a call, from two runs of different length, where valgrind is installed.
fn instructions(name: &str, address: &str) -> Option<f64> {
    let count = |calls: u32| {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(env::current_exe().ok()?)
            .args(["one", name, address, &calls.to_string(), "1"])
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let collected = text
            .lines()
            .find_map(|line| line.split_once("Collected :"))?
            .1;
        collected.trim().parse::<f64>().ok()
    };
    Some((count(1_500)? - count(500)?) / 1_000.0)
}

fn table() -> Result<(), Failure> {
    let (_server, address) = Server::start()?;
    let mut out = stdout();
    let mut costs = Table::new();
    costs.set_header([
        "contender",
        "in flight",
        "cpu µs/call",
        "× reqwest",
        "wall µs/call",
        "instructions/call",
        "allocations/call",
        "bytes/call",
    ]);
    for in_flight in [1, 32] {
        let taken = medians(&address, 20_000, in_flight)?;
        let base = NAMES
            .iter()
            .position(|name| *name == "reqwest")
            .and_then(|at| taken.get(at));
        let base = base.map_or(f64::NAN, |figures| figures.cpu_ns);
        for (name, figures) in NAMES.iter().zip(&taken) {
            let counted = if in_flight == 1 {
                instructions(name, &address)
            } else {
                None
            };
            costs.add_row([
                (*name).to_owned(),
                in_flight.to_string(),
                format!("{:.1}", figures.cpu_ns / 1e3),
                format!("{:.3}", figures.cpu_ns / base),
                format!("{:.1}", figures.wall_ns / 1e3),
                counted.map_or_else(|| "-".to_owned(), |counted| format!("{counted:.0}")),
                format!("{:.1}", figures.allocations),
                format!("{:.0}", figures.allocated),
            ]);
        }
    }
    right(&mut costs);
    writeln!(out, "{costs}\n")?;
    let mut growth = Table::new();
    growth.set_header([
        "contender",
        "calls",
        "seconds",
        "peak memory kB",
        "bytes kept",
    ]);
    for name in NAMES {
        for calls in [1_000, 100_000, 1_000_000] {
            let figures = figures(name, &address, calls, 32)?;
            growth.add_row([
                name.to_owned(),
                calls.to_string(),
                format!("{:.2}", figures.wall_ns * f64::from(calls) / 1e9),
                figures.peak_kb.to_string(),
                figures.kept.to_string(),
            ]);
        }
    }
    right(&mut growth);
    writeln!(out, "{growth}")?;
    Ok(())
}

fn right(table: &mut Table) {
    table.load_style(comfy_table::presets::ASCII_MARKDOWN);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
