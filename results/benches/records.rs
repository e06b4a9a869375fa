//! What ten thousand records cost: `cargo bench -p results`.

use criterion::{Criterion, criterion_group, criterion_main};
use records::Record;
use results::{TableFormat, own, render, table};

/// Records of every bench.
const RECORDS: usize = 10_000;

/// Seeds of every method with its settings.
const SEEDS: usize = 5;

/// Trials of Table 2, of its rows and of variants with settings of their own, on as many data sets.
fn records(datasets: usize) -> Vec<Record> {
    let methods = ["iee", "rigl", "set", "snfs", "static", "snip", "magnitude", "sr-ste"];
    let record = |at: usize| {
        let variant = at / SEEDS;
        let settings = match variant % 4 {
            0 => String::new(),
            1 => "training_length=5.0".to_string(),
            2 => format!("update_fraction=0.1;update_end={}", variant as f64 / 1e4),
            _ => format!("freeze=false;training_length=5;interval={variant}"),
        };
        Record {
            key: format!("{at:016x}"),
            suite: "imagenet".into(),
            dataset: match variant % datasets {
                0 => "imagenet".into(),
                other => format!("images-{other}"),
            },
            model: "resnet50".into(),
            method: methods[variant % methods.len()].into(),
            distribution: ["erk", "uniform"][variant / 8 % 2].into(),
            sparsity_target: Some([0.8, 0.9, 0.95][variant / 16 % 3]),
            settings,
            seed: (at % SEEDS) as u64,
            profile: "paper".into(),
            top1: Some(70.0 + (at * 7919 % 1000) as f64 / 200.0),
            train_flops_ratio: Some(0.25),
            inference_flops_ratio: Some(0.2),
            choices: "update_end=0.75".into(),
            device: "NVIDIA H100".into(),
            status: "ok".into(),
            commit: "0123abc".into(),
            ..Record::default()
        }
    };
    (0..RECORDS).map(record).collect()
}

fn tables(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("10,000 records");
    group.sample_size(10);
    for (datasets, name) in [(1, "one data set"), (100, "100 data sets")] {
        let records = records(datasets);
        for id in ["table2", "table4"] {
            let definition = table(id).expect("the table exists");
            for (format_name, format) in TableFormat::NAMES {
                group.bench_function(format!("{id}, {name}, {format_name}"), |bencher| {
                    bencher.iter(|| render(&definition, &records, format))
                });
            }
        }
        group.bench_function(format!("own, {name}"), |bencher| {
            bencher.iter(|| own::render(&records, &[], TableFormat::Text))
        });
    }
}

criterion_group!(benches, tables);
criterion_main!(benches);
