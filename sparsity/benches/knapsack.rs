//! How long the exact knapsack takes at the size of ResNet-50, at 30, 55 and 80 % of the dense latency,
//! beside the plain dynamic program over a full table of capacities.
//!
//! `cargo bench -p sparsity --bench knapsack`

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use sparsity::knapsack::instance::{DENSE, resnet50};
use sparsity::knapsack::{Choice, best};
use std::time::Duration;

/// The greatest value, by a table of the best value of every whole capacity.
fn full_table(groups: &[Vec<Choice>], capacity: i64) -> f64 {
    let mut table = vec![0.0f64; capacity as usize + 1];
    for options in groups {
        let room = |at: usize, cost: i64| at.checked_sub(cost as usize);
        let best = |at: usize| {
            let values = options.iter().filter_map(|o| room(at, o.cost).map(|left| table[left] + o.value));
            values.fold(f64::NEG_INFINITY, f64::max)
        };
        table = (0..table.len()).map(best).collect();
    }
    table[capacity as usize]
}

fn knapsack(criterion: &mut Criterion) {
    let mut bench = criterion.benchmark_group("knapsack");
    bench.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(2));
    for percent in [30, 55, 80] {
        let capacity = DENSE * percent / 100;
        for seed in 0..3 {
            let groups = resnet50(seed);
            let chosen = best(&groups, capacity).unwrap();
            let value: f64 = groups.iter().zip(&chosen).map(|(options, &at)| options[at].value).sum();
            assert!((value - full_table(&groups, capacity)).abs() < 1e-9 * value);
            bench.bench_function(BenchmarkId::new(format!("bounded, seed {seed}"), percent), |bencher| {
                bencher.iter(|| best(&groups, capacity).unwrap());
            });
        }
        let groups = resnet50(0);
        bench.bench_function(BenchmarkId::new("full table", percent), |bencher| {
            bencher.iter(|| full_table(&groups, capacity));
        });
    }
    bench.finish();
}

criterion_group!(benches, knapsack);
criterion_main!(benches);
