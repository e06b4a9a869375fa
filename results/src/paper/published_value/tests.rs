use std::collections::HashSet;

use super::*;

#[test]
fn every_row_parses_and_is_unique() {
    let mut seen = HashSet::new();
    for row in published_values() {
        let place = format!("{} {} {:?} {:?}", row.table, row.label, row.sparsity, row.latency_target);
        // Methods that are not run here may have several values that no target distinguishes.
        let of = (row.latency_target.or(row.sparsity).is_none()).then(|| format!("{:?}", row.score()));
        assert!(seen.insert((place.clone(), &row.source, &row.conditions, of)), "{place} twice");
        assert!(row.sparsity.is_none_or(|sparsity| (0.0..1.0).contains(&sparsity)), "{place}");
        assert!(row.latency_target.is_none_or(|share| 0.0 < share && share <= 1.0), "{place}");
        assert!(row.sparsity.is_none() || row.latency_target.is_none(), "{place}");
        assert!(row.score().is_none_or(|score| (50.0..100.0).contains(&score)), "{place}");
        assert!(row.top1.is_none() || row.map.is_none(), "{place}: results of two tasks");
        assert!(row.score().or(row.fps).is_some(), "{place} says nothing");
        assert!(row.fps.is_none() || !row.device.is_empty(), "{place}: FPS of no device");
        assert!(!row.source.is_empty() && !row.location.is_empty(), "{place}");
    }
}

/// A source costs its file and nothing else.
#[test]
fn every_file_of_the_folder_is_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/reference");
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut read: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
    read.sort();
    assert_eq!(names, read);
}

#[test]
fn a_file_has_one_rank_and_no_other_file_has_it() {
    let mut ranks = HashSet::new();
    for (name, text) in FILES {
        let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
        let own: HashSet<u32> =
            rows.map(|row: csv::Result<PublishedValue>| row.unwrap().preference).collect();
        assert_eq!(own.len(), 1, "{name}");
        assert!(own.into_iter().all(|rank| ranks.insert(rank)), "another file has the rank of {name}");
    }
}

/// (table, label, sparsity, source, top-1, deviation, FLOPs of training and of inference), typed
/// from the sources and not from the files.
type Typed = (&'static str, &'static str, f64, &'static str, f64, Option<f64>, Option<f64>, Option<f64>);

const TYPED: [Typed; 39] = [
    ("table2", "Dense", 0.0, "1911.11134", 76.8, Some(0.09), Some(1.0), Some(1.0)),
    ("table2", "Static (uniform)", 0.9, "1911.11134", 65.8, Some(0.04), Some(0.10), Some(0.10)),
    ("table2", "SNIP (uniform)", 0.8, "1911.11134", 72.0, Some(0.10), Some(0.23), Some(0.23)),
    ("table2", "Small dense", 0.9, "1911.11134", 68.9, Some(0.10), Some(0.12), Some(0.12)),
    ("table2", "Small dense 5x", 0.8, "1911.11134", 73.9, Some(0.07), Some(1.01), Some(0.20)),
    ("table2", "SET (uniform)", 0.9, "1911.11134", 69.6, Some(0.23), Some(0.10), Some(0.10)),
    ("table2", "RigL (uniform)", 0.8, "1911.11134", 74.6, Some(0.06), Some(0.23), Some(0.23)),
    ("table2", "RigL (ERK)", 0.9, "1911.11134", 73.0, Some(0.04), Some(0.25), Some(0.24)),
    ("table2", "RigL 5x (ERK)", 0.8, "1911.11134", 77.1, Some(0.06), Some(2.09), Some(0.42)),
    ("table2", "RigL 5x (uniform)", 0.9, "1911.11134", 75.7, Some(0.06), Some(0.52), Some(0.10)),
    ("table2", "SNFS (ERK)", 0.8, "1911.11134", 75.2, Some(0.11), Some(0.61), Some(0.42)),
    ("table2", "Magnitude, gradual", 0.9, "1911.11134", 73.9, None, Some(0.51), Some(0.10)),
    ("table2", "Magnitude, gradual 1.5x", 0.965, "1911.11134", 69.26, None, None, Some(0.07)),
    ("table2", "SET (uniform)", 0.95, "1911.11134", 64.4, Some(0.77), None, Some(0.08)),
    ("table2", "RigL 5x (ERK)", 0.965, "1911.11134", 72.7, Some(0.02), Some(0.45), Some(0.11)),
    ("table2", "DSR", 0.8, "1911.11134", 73.3, None, Some(0.40), Some(0.40)),
    ("table2", "DNW", 0.9, "1911.11134", 74.0, None, None, None),
    ("table2", "RigL 5x (uniform)", 0.9, "google-research/rigl", 75.73, None, Some(0.66), Some(0.13)),
    ("table2", "RigL-ITOP 2x", 0.9, "Parameterization", 75.5, None, Some(0.50), Some(0.24)),
    ("table2", "Chase 1.5x", 0.8, "2305.19454", 76.67, None, Some(0.55), Some(0.34)),
    ("table2", "MEST", 0.9, "2305.19454", 72.58, None, Some(0.12), Some(0.11)),
    ("table2", "STR", 0.95, "RAIVNLab", 70.23, None, None, None),
    ("table2", "AC/DC (global)", 0.9, "ACDC", 75.03, None, None, None),
    ("table2", "AC/DC 2x (uniform)", 0.9, "ACDC", 76.09, None, None, None),
    ("table2", "S-GaP (non-uniform)", 0.9, "boone891214", 77.90, None, None, None),
    ("table2", "Magnitude, gradual", 0.8, "jaxpruner", 75.53, None, None, None),
    ("table2", "SNFS, author", 0.9, "issues/7", 72.4, None, None, None),
    ("table2", "IEE 5x (ERK)", 0.8, "note on IEE", 77.8, None, None, None),
    ("table4", "H = J = Q = 300", 0.9, "note on IEE", 73.9, None, None, None),
    ("table4", "w/o ReAct & Explore", 0.9, "note on IEE", 73.1, None, None, None),
    ("table5", "SR-STE 2:8", 0.75, "NM-sparsity", 76.4, None, None, None),
    ("table5", "IEE 2:4", 0.5, "note on IEE", 77.5, None, None, None),
    ("mobilenet", "RigL 5x (ERK)", 0.75, "1911.11134", 71.9, Some(0.01), None, Some(0.52)),
    ("mobilenet", "AC/DC (global)", 0.9, "ACDC", 66.24, None, None, None),
    ("table3", "RigL (ERK)", 0.9, "condensed-sparsity", 93.31, Some(0.10), None, None),
    ("table3", "SNFS (ERK)", 0.9, "2103.15767", 92.2, Some(0.20), Some(0.52), Some(0.28)),
    ("table3", "RigL-struct (uniform)", 0.9, "2103.15767", 87.0, Some(0.09), None, None),
    ("table2", "Chase (Sc=0.3)", 0.9, "Chase", 74.35, None, Some(0.25), Some(0.22)),
    ("table5", "Bi-Mask 2:4", 0.5, "Bi-Mask", 77.4, None, None, None),
];

#[test]
fn values_are_those_of_their_sources() {
    for (table, label, sparsity, source, top1, deviation, train, inference) in TYPED {
        let found = published_values().iter().find(|row| {
            (row.table.as_str(), row.label.as_str(), row.sparsity) == (table, label, Some(sparsity))
                && row.source.contains(source)
        });
        let row = found.unwrap_or_else(|| panic!("no {label} at {sparsity} of {source}"));
        let values =
            (row.top1.unwrap(), row.top1_deviation, row.train_flops_ratio, row.inference_flops_ratio);
        assert_eq!(values, (top1, deviation, train, inference), "{label} at {sparsity} of {source}");
    }
}

/// (table, label, latency that remains, source, result, FPS, speed-up, cost of training, G MACs).
type TypedLatency = (
    &'static str,
    &'static str,
    Option<f64>,
    &'static str,
    Option<f64>,
    Option<f64>,
    Option<f64>,
    Option<f64>,
    Option<f64>,
);

#[rustfmt::skip]
const TYPED_LATENCY: [TypedLatency; 25] = [
    ("table1", "HALP", Some(0.8), "NVlabs/HALP", Some(77.44), Some(1213.0), None, None, Some(2.998)),
    ("table1", "HALP", Some(0.55), "NVlabs/HALP", Some(76.47), Some(1674.0), None, None, Some(1.957)),
    ("table1", "HALP", Some(0.3), "NVlabs/HALP", Some(74.41), Some(2610.0), None, None, Some(1.113)),
    ("table1", "HALP", Some(0.3), "note on IEE", Some(74.5), Some(2597.0), None, Some(1.39), None),
    ("table1", "HALP", Some(0.3), "2210.06659", Some(74.5), Some(2597.0), Some(2.55), None, None),
    ("table1", "HALP", Some(0.55), "2210.06659", Some(76.5), None, Some(1.6), None, None),
    ("table1", "HALP", Some(0.15), "2210.06659", Some(68.1), Some(4101.0), None, None, None),
    ("table1", "Dense", Some(1.0), "2210.06659", Some(76.2), Some(1019.0), Some(1.0), Some(1.0), None),
    ("table1", "IEE from scratch", Some(0.3), "note on IEE", Some(74.6), Some(2736.0), None, Some(0.39), None),
    ("table1", "IEE from scratch", Some(0.3), "summary", None, Some(2621.0), None, None, None),
    ("table1", "IEE from scratch", Some(0.55), "note on IEE", Some(76.6), None, None, None, None),
    ("table1", "EagleEye", None, "2210.06659", Some(76.4), None, Some(1.44), None, None),
    ("table1", "MDP", Some(0.2), "MDP", Some(72.8), Some(4210.0), None, None, None),
    ("table1", "SMCP", None, "NVlabs/SMCP", Some(77.1), Some(1290.0), None, None, None),
    ("fig3", "HALP", Some(0.42), "2210.06659", Some(68.3), None, Some(2.32), None, None),
    ("table-voc", "Dense", Some(1.0), "2210.06659", Some(77.98), None, None, None, None),
    ("table-voc", "HALP", None, "2210.06659", Some(77.42), None, Some(1.94), None, None),
    ("table-voc", "Dense", Some(1.0), "MDP", Some(78.0), Some(68.2), None, None, None),
    ("table-voc", "MDP", None, "MDP", Some(80.0), Some(125.4), None, None, None),
    ("table-voc", "SSD512, ResNet-50 (GluonCV)", None, "gluon-cv", Some(80.1), None, None, None, None),
    ("table-voc", "SSD512, ResNet-50 (mxnet-ssd)", None, "issues/131", Some(77.8), None, None, None, None),
    ("table-voc", "SSD512, VGG-16", None, "lufficc", Some(80.25), None, None, None, None),
    ("table-voc", "SSD512, VGG-16 (SSD paper)", None, "lufficc", Some(79.8), None, None, None, None),
    ("table-voc", "SSD300, VGG-16 (PocketFlow)", None, "pull/241", Some(77.64), None, None, None, None),
    ("table-voc", "SSD300, VGG-16, backbone pruned, 32% of the FLOPs", None, "pull/241", Some(74.42), None, None, None, None),
];

#[test]
fn values_of_structured_sparsity_are_those_of_their_sources() {
    for (table, label, target, source, score, fps, speedup, cost, macs) in TYPED_LATENCY {
        let found = published_values().iter().find(|row| {
            (row.table.as_str(), row.label.as_str(), row.latency_target) == (table, label, target)
                && row.source.contains(source)
        });
        let row = found.unwrap_or_else(|| panic!("no {label} at {target:?} of {source}"));
        let values = (row.score(), row.fps, row.speedup, row.train_cost_ratio, row.macs_g);
        assert_eq!(values, (score, fps, speedup, cost, macs), "{label} at {target:?} of {source}");
    }
}

#[test]
fn both_told_throughputs_of_iee_are_kept_with_their_devices() {
    let told: Vec<_> = published_values()
        .iter()
        .filter(|row| row.label == "IEE from scratch" && row.fps.is_some())
        .map(|row| (row.fps.unwrap(), row.device.as_str()))
        .collect();
    assert_eq!(told, [(2736.0, "TITAN V"), (2621.0, "RTX 4090")]);
}

#[test]
fn what_is_told_of_the_paper_and_what_rigl_quotes_is_second_hand() {
    let second_hand = |row: &PublishedValue| {
        row.source.contains("secondary") || row.location.contains("quoting") || row.label.starts_with("MEST")
    };
    for row in published_values() {
        assert_eq!(row.status == Status::Secondary, second_hand(row), "{} of {}", row.label, row.source);
    }
}

#[test]
fn values_are_printed_as_published() {
    let find = |label: &str, sparsity: f64, source: &str| {
        let found = published_values()
            .iter()
            .find(|row| row.label == label && row.sparsity == Some(sparsity) && row.source.contains(source));
        found.unwrap().score_text().unwrap()
    };
    assert_eq!(find("Static (ERK)", 0.95, "issues/8"), "89.0");
    assert_eq!(find("SET (ERK)", 0.8, "2103.15767"), "92.9 ± 0.16");
    assert_eq!(find("Static 2x (uniform)", 0.9, "2103.15767"), "89.15 ± 0.17");
    assert_eq!(find("RigL (ERK)", 0.8, "secondary summary"), "≈ 93.5");
}

/// Three groups trained RigL and the dense WRN-22-2 on all images, two the static one; who left 5,000 out, or quotes
/// another, reproduces nothing. Magnitude pruning of the second has 0.27 and 0.13 of the inference FLOPs, where ERK has
/// 0.35 and 0.17 and uniform layers 0.20 and 0.10, so it is not the same network.
#[test]
fn groups_that_reproduced_a_value_trained_the_same_on_all_images() {
    let table3 = crate::paper::table("table3").unwrap();
    let scores = |label, level| {
        let all = table3.reproductions(label, level).unwrap_or_default();
        all.iter().map(|value| value.score().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(scores("RigL (ERK)", 0.8), [93.6, 93.8, 94.03]);
    assert_eq!(scores("RigL (ERK)", 0.9), [92.9, 93.2, 93.31]);
    assert_eq!(scores("Static (ERK)", 0.8), [92.9, 93.2]);
    assert_eq!(scores("Static (ERK)", 0.9), [91.5, 91.6]);
    assert_eq!(scores("Dense", 0.0), [94.1, 94.6, 95.0]);
    assert_eq!(scores("Magnitude, gradual", 0.8), [0.0; 0]);
}

/// The best of all evaluations is more than the last, so it gets no verdict.
#[test]
fn values_of_the_best_epoch_are_not_compared_with_those_of_the_last() {
    let best: Vec<_> =
        published_values().iter().filter(|row| row.conditions.contains("best test accuracy")).collect();
    assert!(best.len() > 30, "{}", best.len());
    assert!(best.iter().all(|row| !row.is_comparable()));
}
