//! Prints the contenders' costs as tables.
//!
//! `threadline-bench` runs each measurement and the server in separate processes, so that the figures cover the client
//! alone. `threadline-bench serve` runs the server, and `threadline-bench one NAME ADDRESS CALLS IN_FLIGHT` takes one
//! measurement.

#![forbid(unsafe_code)]

use std::alloc::System;
use std::env;
use std::io::{BufRead, BufReader, Write, stdout};
use std::process::{Child, Command, Stdio};

use comfy_table::{CellAlignment, Table};
use serde::{Deserialize, Serialize};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use threadline_bench::contenders::{Failure, NAMES, contender, counterpart, goal};
use threadline_bench::measure::{Cost, measure, peak_memory};
use threadline_bench::server;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The number of warm-up calls.
const WARM_UP: u32 = 1_000;
/// The number of times each measurement is taken. The tables show medians.
const ROUNDS: usize = 1_000;
/// The number of calls that a busy client has in flight.
const MANY: usize = 32;

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

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

fn serve() -> Result<(), Failure> {
    runtime()?.block_on(async {
        let (address, listener) = server::listen().await?;
        writeln!(stdout(), "{address}")?;
        server::serve(listener).await?;
        Ok(())
    })
}

/// One measurement. The process that takes it prints it as JSON.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Figures {
    wall_ns: f64,
    cpu_ns: f64,
    allocations: f64,
    allocated: f64,
    kept: i64,
    peak_kb: u64,
}

impl Figures {
    fn of(cost: &Cost) -> Result<Self, Failure> {
        let each = f64::from(cost.calls);
        Ok(Self {
            wall_ns: cost.wall.as_secs_f64() * 1e9 / each,
            cpu_ns: cost.cpu.as_secs_f64() * 1e9 / each,
            allocations: to_f64(cost.allocations) / each,
            allocated: to_f64(cost.allocated) / each,
            kept: i64::try_from(cost.kept)?,
            peak_kb: peak_memory().unwrap_or_default(),
        })
    }
}

fn one(name: &str, address: &str, calls: u32, in_flight: usize) -> Result<(), Failure> {
    let figures = runtime()?.block_on(async {
        let contender = contender(name, address.parse()?)?;
        measure(&*contender, WARM_UP, in_flight, ALLOCATOR).await?;
        let cost = measure(&*contender, calls, in_flight, ALLOCATOR).await?;
        Figures::of(&cost)
    })?;
    writeln!(stdout(), "{}", serde_json::to_string(&figures)?)?;
    Ok(())
}

/// The counts here are small enough to be exact as floats.
#[allow(clippy::cast_precision_loss)]
fn to_f64(count: usize) -> f64 {
    count as f64
}

/// The server in a separate process, which is killed on drop.
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
        // The server has no state to lose.
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

/// Takes every measurement [`ROUNDS`] times, in one process and in short turns, each round beginning with another
/// contender: whatever slows the machine down affects all of them alike.
fn rounds(address: &str, calls: u32, in_flight: usize) -> Result<Vec<Vec<Figures>>, Failure> {
    runtime()?.block_on(async {
        let mut contenders = Vec::new();
        for name in NAMES {
            let contender = contender(name, address.parse()?)?;
            measure(&*contender, WARM_UP, in_flight, ALLOCATOR).await?;
            contenders.push(contender);
        }
        let mut rounds = vec![Vec::with_capacity(ROUNDS); NAMES.len()];
        for round in 0..ROUNDS {
            let mut turns = contenders.iter().zip(&mut rounds).collect::<Vec<_>>();
            turns.rotate_left(round % NAMES.len());
            for (contender, taken) in turns {
                let cost = measure(&**contender, calls, in_flight, ALLOCATOR).await?;
                taken.push(Figures::of(&cost)?);
            }
        }
        Ok(rounds)
    })
}

/// The figures of the round with the median CPU time.
fn median(taken: &[Figures]) -> Result<Figures, Failure> {
    let mut taken = taken.to_vec();
    taken.sort_by(|one, other| one.cpu_ns.total_cmp(&other.cpu_ns));
    taken.get(ROUNDS / 2).copied().ok_or("no rounds".into())
}

/// The CPU time of a contender as a multiple of its counterpart's, compared round by round.
struct Ratio {
    counterpart: &'static str,
    lowest: f64,
    median: f64,
    highest: f64,
}

impl Ratio {
    fn of(name: &str, rounds: &[Vec<Figures>]) -> Option<Self> {
        let counterpart = counterpart(name)?;
        let rounds_of = |wanted: &str| {
            let at = NAMES.iter().position(|name| *name == wanted)?;
            rounds.get(at)
        };
        let mut ratios = rounds_of(name)?
            .iter()
            .zip(rounds_of(counterpart)?)
            .map(|(own, other)| own.cpu_ns / other.cpu_ns)
            .collect::<Vec<_>>();
        ratios.sort_by(f64::total_cmp);
        Some(Self {
            counterpart,
            lowest: *ratios.first()?,
            median: *ratios.get(ratios.len() / 2)?,
            highest: *ratios.last()?,
        })
    }
}

/// The instructions of a call: the difference of two runs, if valgrind is installed.
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
        "wall µs/call",
        "instructions/call",
        "allocations/call",
        "bytes/call",
    ]);
    let mut ratios = Table::new();
    ratios.set_header([
        "contender",
        "compared with",
        "in flight",
        "cpu ratio",
        "lowest",
        "highest",
        "goal",
    ]);
    for (in_flight, calls) in [(1, 100), (MANY, 500)] {
        let rounds = rounds(&address, calls, in_flight)?;
        for (name, taken) in NAMES.iter().zip(&rounds) {
            costs.add_row(cost_row(name, in_flight, &median(taken)?, &address));
            if let Some(ratio) = Ratio::of(name, &rounds) {
                ratios.add_row(ratio_row(name, in_flight, &ratio));
            }
        }
    }
    for table in [&mut costs, &mut ratios] {
        right(table);
        writeln!(out, "{table}\n")?;
    }
    let mut growth = growth(&address)?;
    right(&mut growth);
    writeln!(out, "{growth}")?;
    Ok(())
}

fn cost_row(name: &str, in_flight: usize, figures: &Figures, address: &str) -> [String; 7] {
    let counted = if in_flight == 1 {
        instructions(name, address)
    } else {
        None
    };
    [
        name.to_owned(),
        in_flight.to_string(),
        format!("{:.1}", figures.cpu_ns / 1e3),
        format!("{:.1}", figures.wall_ns / 1e3),
        counted.map_or_else(|| "-".to_owned(), |counted| format!("{counted:.0}")),
        format!("{:.1}", figures.allocations),
        format!("{:.0}", figures.allocated),
    ]
}

fn ratio_row(name: &str, in_flight: usize, ratio: &Ratio) -> [String; 7] {
    // With one call in flight, waking up costs as much as the call, so no goal is set.
    let goal = goal(name).filter(|_| in_flight == MANY);
    [
        name.to_owned(),
        ratio.counterpart.to_owned(),
        in_flight.to_string(),
        format!("{:.3}", ratio.median),
        format!("{:.3}", ratio.lowest),
        format!("{:.3}", ratio.highest),
        goal.map_or_else(|| "-".to_owned(), |goal| format!("≤ {goal:.2}")),
    ]
}

/// Shows that memory does not grow with the number of calls.
fn growth(address: &str) -> Result<Table, Failure> {
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
            let figures = figures(name, address, calls, MANY)?;
            growth.add_row([
                name.to_owned(),
                calls.to_string(),
                format!("{:.2}", figures.wall_ns * f64::from(calls) / 1e9),
                figures.peak_kb.to_string(),
                figures.kept.to_string(),
            ]);
        }
    }
    Ok(growth)
}

/// Right-aligns the numbers. The first column contains names.
fn right(table: &mut Table) {
    table.load_style(comfy_table::presets::ASCII_MARKDOWN);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
