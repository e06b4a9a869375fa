//! Tables as files, as imports, between their entries, and as prices.

use super::*;
use network::Window;
use proptest::collection::btree_map;
use proptest::prelude::*;
use std::path::Path;

mod files;
mod imports;
mod interpolation;

fn about() -> LatencyAbout {
    LatencyAbout {
        device: "TITAN V".into(),
        batch: 256,
        precision: "fp32".into(),
        layout: "channels-first".into(),
        model: Some("resnet50".into()),
        origin: "a test".into(),
    }
}

fn ordinary(inputs: usize, outputs: usize) -> ConvShape {
    ConvShape::new(inputs, outputs, 14, Window::new(3, 2), 1)
}

fn measured(milliseconds: f64) -> LatencyEntry {
    let origin = LatencyOrigin::Measured;
    LatencyEntry { milliseconds, spread: 0.01, repeats: 30, origin, note: String::new() }
}

fn table(entries: impl IntoIterator<Item = (ConvShape, f64)>) -> LatencyTable {
    let entry = |(shape, milliseconds)| (shape, measured(milliseconds));
    LatencyTable { about: about(), entries: entries.into_iter().map(entry).collect() }
}

fn shape() -> impl Strategy<Value = ConvShape> {
    let sizes = (1usize..5000, 1usize..5000, 1usize..600, any::<bool>());
    (sizes, window()).prop_map(|((inputs, outputs, side, depthwise), window)| {
        let (inputs, groups) = if depthwise { (outputs, outputs) } else { (inputs, 1) };
        ConvShape::new(inputs, outputs, side, window, groups)
    })
}

/// Mostly the usual ones, so that tables without any others come up too.
fn window() -> impl Strategy<Value = Window> {
    let usual = (1usize..12, 1usize..4).prop_map(|(kernel, stride)| Window::new(kernel, stride));
    let others = (usual.clone(), 1usize..8).prop_map(|(usual, dilation)| usual.dilated(dilation));
    prop_oneof![30 => usual, 1 => others, 1 => Just(Window::new(1, 1).padded(3)), 1 => Just(Window::new(4, 1).padded(2))]
}

#[test]
fn a_price_is_an_entry_or_a_count_of_macs() {
    let latency = Latency::Table(table([(ordinary(64, 128), 2.5)]));
    assert_eq!((latency.batch(), latency.milliseconds(&ordinary(64, 128)).unwrap()), (256, 2.5));
    let message = latency.milliseconds(&ordinary(64, 96)).unwrap_err().to_string();
    for part in ["64->96 3x3 at 14 stride 2", "TITAN V, batch 256", "harness lut build", "--interpolate"] {
        assert!(message.contains(part), "{message}");
    }
    // 7 x 7 outputs of 9 * 64 * 128 multiply-accumulates for 100 samples.
    let macs = Latency::Macs { batch: 100 };
    assert_eq!(macs.milliseconds(&ordinary(64, 128)).unwrap(), 49.0 * 9.0 * 64.0 * 128.0 * 100.0 / 1e9);
    assert_eq!(macs.batch(), 100);
}
