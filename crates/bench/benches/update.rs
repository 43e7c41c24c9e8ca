//! `cargo bench -p threadline-bench`: the same update in five implementations.

// A benchmark that cannot start has nothing to report.
#![allow(clippy::unwrap_used, missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use threadline_bench::contenders::{NAMES, contender};
use threadline_bench::server;

fn update(criterion: &mut Criterion) {
    let serving = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (address, listener) = serving.block_on(server::listen()).unwrap();
    serving.spawn(server::serve(listener));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut group = criterion.benchmark_group("update");
    for name in NAMES {
        let contender = contender(name, address).unwrap();
        group.bench_function(name, |bencher| {
            bencher
                .to_async(&runtime)
                .iter(|| async { contender.update().await.unwrap() });
        });
    }
    group.finish();
}

criterion_group!(benches, update);
criterion_main!(benches);
