//! How fast photographs become batches for a detection: augmented as in SSD, and only resized, at 300 and 512
//! pixels, on one thread and on all cores. The photographs are those of the bench `pipeline`, with three objects
//! in each.
//!
//! `cargo bench -p suites --bench detection`; `benches/compare.sh detection` puts torchvision beside it.

mod synthetic;

use std::path::Path;
use std::thread::available_parallelism;
use std::time::Duration;
use std::{env, fs};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use suites::detection::picture::Picture;
use suites::detection::{
    AnnotatedPhotograph, AnnotatedPhotographs, Bounds, DetectionLoader, Object, Reading,
};
use suites::photographs::BatchPlace;

/// Left, top, right and bottom edge of the objects as fractions; the Python reference has the same.
const OBJECTS: [[f64; 4]; 3] = [[0.1, 0.2, 0.5, 0.9], [0.4, 0.1, 0.95, 0.6], [0.6, 0.65, 0.75, 0.85]];

fn annotated(folder: &Path) -> AnnotatedPhotographs {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let photograph = |file: std::path::PathBuf| {
        let size = Picture::open(&file).unwrap().size();
        let object =
            |edges| Object { class: 0, bounds: Bounds::from_fractions(edges, size), difficult: false };
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        AnnotatedPhotograph { name, file, size, objects: OBJECTS.map(object).to_vec() }
    };
    AnnotatedPhotographs {
        classes: ["thing".to_owned()].into(),
        photographs: files.into_iter().map(photograph).collect(),
    }
}

fn detection(criterion: &mut Criterion) {
    let (name, folder) = match env::var_os("HARNESS_PHOTOS") {
        Some(folder) => ("photos", fs::canonicalize(folder).unwrap()),
        None => ("synthetic", synthetic::photographs()),
    };
    let photographs = annotated(&folder);
    let count = photographs.len();
    let cores = available_parallelism().map_or(1, |cores| cores.get());
    for side in [300, 512] {
        let mut group = criterion.benchmark_group(format!("detection-{name}-{side}"));
        group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
        group.throughput(Throughput::Elements(count as u64));
        for threads in if cores > 1 { vec![1, cores] } else { vec![1] } {
            for (kind, augment) in [("augmented", true), ("resized", false)] {
                let reading = Reading { side, augment, difficult: true };
                let loader = DetectionLoader::new(photographs.clone(), reading, 0, threads, true).unwrap();
                let mut pixels = vec![0; count * side * side * 3];
                let mut targets = vec![0.0; count * loader.rows() * 6];
                let mut epoch = 0;
                group.bench_function(BenchmarkId::new(kind, threads), |bencher| {
                    bencher.iter(|| {
                        epoch += 1;
                        let places: Vec<BatchPlace> =
                            (0..count as u32).map(|image| BatchPlace { epoch, image }).collect();
                        loader.training(&places, &mut pixels, &mut targets).unwrap();
                    });
                });
            }
        }
        group.finish();
    }
}

criterion_group!(benches, detection);
criterion_main!(benches);
