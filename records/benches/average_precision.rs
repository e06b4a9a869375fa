//! Average precision on a set of VOC2007 test's size (4,952 photographs, 20 classes, 14,976 objects): with 23,865
//! detections, and with the 200 in every photograph that SSD keeps.

use criterion::{Criterion, criterion_group, criterion_main};
use records::detection::{Detection, EvaluatedSet, MATCHING_OVERLAP, Rule, Truth, average_precision};
use std::hint::black_box;

const SET: EvaluatedSet = EvaluatedSet { images: 4952, classes: 20 };
const OBJECTS: usize = 14_976;

/// Numbers from 0 to 1 that look random.
fn numbers() -> impl FnMut() -> f64 {
    let mut state = 20_070_625u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    }
}

fn truths() -> Vec<Truth> {
    let mut number = numbers();
    let truth = |at: usize| {
        let (left, top) = (1.0 + 300.0 * number(), 1.0 + 200.0 * number());
        let bounds = [left, top, left + 20.0 + 150.0 * number(), top + 20.0 + 100.0 * number()];
        let class = (20.0 * number() * number()) as u32;
        Truth { image: at as u32 % SET.images, class, bounds, difficult: number() < 0.2 }
    };
    (0..OBJECTS).map(truth).collect()
}

/// Every other one near an object, the others anywhere.
fn detections(truths: &[Truth], count: usize) -> Vec<Detection> {
    let mut number = numbers();
    let detection = |at: usize| {
        let near = truths[at % truths.len()];
        let moved = if at.is_multiple_of(2) { 20.0 } else { 300.0 };
        let bounds = near.bounds.map(|edge| edge + moved * (number() - 0.5));
        Detection { image: near.image, class: near.class, score: number(), bounds }
    };
    (0..count).map(detection).collect()
}

fn judging(criterion: &mut Criterion) {
    let truths = truths();
    let mut group = criterion.benchmark_group("average precision");
    group.sample_size(10);
    for count in [23_865, 200 * SET.images as usize] {
        let detections = detections(&truths, count);
        group.bench_function(format!("{count} detections"), |bencher| {
            bencher.iter(|| {
                let score = average_precision(&truths, &detections, SET, Rule::Voc2007, MATCHING_OVERLAP);
                black_box(score.unwrap())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, judging);
criterion_main!(benches);
