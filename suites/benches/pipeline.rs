//! How fast photographs become batches: all rows decoded, the transform of training, that of evaluation,
//! on one thread and on all cores, from files and from a pack of them, of photographs of 500 x 375 pixels that are
//! generated for it and of those in the folder that HARNESS_PHOTOS names, if it does.
//!
//! `cargo bench -p suites --bench pipeline`; `benches/compare.sh` puts torchvision beside it.

mod synthetic;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use suites::imagenet::{ImageNet, pack, verify};
use suites::photographs::{BatchPlace, Loader};
use suites::recipe::ImageSides;

const SIDES: ImageSides = ImageSides { crop: 224, resize: 256 };

fn pipeline(criterion: &mut Criterion) {
    let real = std::env::var_os("HARNESS_PHOTOS").map(|folder| fs::canonicalize(folder).unwrap());
    for (name, folder) in [("synthetic", Some(synthetic::photographs())), ("photos", real)] {
        let Some(folder) = folder else { continue };
        // The folder, seen as the one class of a set.
        let set = tempfile::tempdir().unwrap();
        for split in ["train", "val"] {
            fs::create_dir(set.path().join(split)).unwrap();
            symlink(&folder, set.path().join(split).join("class")).unwrap();
        }
        measure(criterion, name, set.path());
        let packed = tempfile::tempdir().unwrap();
        pack(set.path(), packed.path(), SIDES.resize as u32, cores(), &mut |_| {}).unwrap();
        measure(criterion, &format!("{name}-packed"), packed.path());
    }
}

fn measure(criterion: &mut Criterion, name: &str, set: &Path) {
    let photographs = ImageNet::open(set).unwrap().train;
    let count = photographs.len();
    let (mut pixels, mut labels) = (vec![0; count * 224 * 224 * 3], vec![0; count]);
    let cores = cores();
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    for threads in if cores > 1 { vec![1, cores] } else { vec![1] } {
        if !name.ends_with("packed") {
            // `verify` goes through training and validation.
            group.throughput(Throughput::Elements(2 * count as u64));
            group.bench_function(BenchmarkId::new("decode", threads), |bencher| {
                bencher.iter(|| assert!(verify(set, threads, &mut |_| {}).unwrap().bad.is_empty()));
            });
        }
        group.throughput(Throughput::Elements(count as u64));
        let loader = Loader::new(photographs.clone(), SIDES, 0, threads, true).unwrap();
        let mut epoch = 0;
        group.bench_function(BenchmarkId::new("training", threads), |bencher| {
            bencher.iter(|| {
                epoch += 1;
                let places: Vec<BatchPlace> =
                    (0..count as u32).map(|image| BatchPlace { epoch, image }).collect();
                loader.training(&places, &mut pixels, &mut labels).unwrap();
            });
        });
        group.bench_function(BenchmarkId::new("evaluation", threads), |bencher| {
            bencher.iter(|| loader.evaluation(0, &mut pixels, &mut labels).unwrap());
        });
    }
    group.finish();
}

fn cores() -> usize {
    available_parallelism().map_or(1, |cores| cores.get())
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
