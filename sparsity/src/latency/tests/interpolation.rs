//! Between entries, never beyond them.

use super::*;

fn milliseconds(table: &LatencyTable, shape: ConvShape) -> f64 {
    let entry = &table.entries[&shape];
    assert_eq!((entry.origin, entry.repeats), (LatencyOrigin::Interpolated, 0));
    entry.milliseconds
}

fn corners() -> LatencyTable {
    table([
        (ordinary(64, 64), 1.0),
        (ordinary(64, 128), 2.0),
        (ordinary(128, 64), 4.0),
        (ordinary(128, 128), 8.0),
    ])
}

/// By hand: a quarter of the way in inputs, half of the way in outputs.
#[test]
fn between_four_corners_it_is_bilinear() {
    let filled = corners().interpolated(&[ordinary(80, 96)]).unwrap();
    assert_eq!(milliseconds(&filled, ordinary(80, 96)), 0.75 * 1.5 + 0.25 * 6.0);
    assert_eq!(filled.entries.len(), 5);
}

#[test]
fn between_two_it_is_linear() {
    let filled = corners().interpolated(&[ordinary(64, 80), ordinary(96, 128)]).unwrap();
    assert_eq!(milliseconds(&filled, ordinary(64, 80)), 1.25);
    assert_eq!(milliseconds(&filled, ordinary(96, 128)), 5.0);
}

/// A closer pair on one axis comes before corners that are further away.
#[test]
fn the_nearest_entries_count() {
    let mut table = corners();
    table.entries.insert(ordinary(80, 64), measured(10.0));
    table.entries.insert(ordinary(80, 128), measured(20.0));
    let filled = table.interpolated(&[ordinary(80, 96)]).unwrap();
    assert_eq!(milliseconds(&filled, ordinary(80, 96)), 15.0);
}

#[test]
fn entries_that_are_there_stay_and_none_is_interpolated_from_another() {
    let first = corners().interpolated(&[ordinary(64, 64), ordinary(80, 96)]).unwrap();
    assert_eq!(first.entries[&ordinary(64, 64)], measured(1.0));
    let second = first.interpolated(&[ordinary(72, 96)]).unwrap();
    let direct = corners().interpolated(&[ordinary(72, 96), ordinary(80, 96)]).unwrap();
    assert_eq!(second, direct);
}

#[test]
fn depthwise_shapes_are_between_depthwise_ones() {
    let depthwise = |channels| ConvShape { groups: channels, ..ordinary(channels, channels) };
    let mut table = table([(depthwise(32), 1.0), (depthwise(64), 3.0)]);
    table.entries.insert(ordinary(40, 40), measured(100.0));
    let filled = table.interpolated(&[depthwise(40)]).unwrap();
    assert_eq!(milliseconds(&filled, depthwise(40)), 1.5);
}

#[test]
fn dilated_shapes_are_between_dilated_ones() {
    let dilated = |outputs| ConvShape::new(8, outputs, 14, Window::new(3, 2).dilated(2), 1);
    let mut table = table([(dilated(32), 1.0), (dilated(64), 3.0)]);
    for outputs in [36, 44] {
        table.entries.insert(ordinary(8, outputs), measured(100.0));
    }
    let filled = table.interpolated(&[dilated(40)]).unwrap();
    assert_eq!(milliseconds(&filled, dilated(40)), 1.5);
}

#[test]
fn doubt_is_handed_on() {
    let mut table = corners();
    let doubtful = LatencyEntry { spread: 0.4, note: "clock moved".into(), ..measured(4.0) };
    table.entries.insert(ordinary(128, 64), doubtful);
    let filled = table.interpolated(&[ordinary(80, 96), ordinary(64, 96)]).unwrap();
    let entry = &filled.entries[&ordinary(80, 96)];
    assert_eq!((entry.spread, entry.note.as_str()), (0.4, "a neighbour: clock moved"));
    assert_eq!(filled.entries[&ordinary(64, 96)].note, "", "it rests on the other two");
}

#[test]
fn nothing_is_extrapolated() {
    let mut other = corners();
    let elsewhere = |shape: ConvShape| ConvShape { side: 28, ..shape };
    other.entries.insert(elsewhere(ordinary(256, 256)), measured(9.0));
    for outside in [ordinary(32, 96), ordinary(80, 160), ordinary(160, 160), elsewhere(ordinary(96, 96))] {
        let message = other.interpolated(&[ordinary(80, 96), outside]).unwrap_err().to_string();
        assert!(message.contains(&outside.to_string()) && message.contains("harness lut build"), "{message}");
    }
}

proptest! {
    /// A function that is bilinear itself comes back to within rounding, from any grid around a shape.
    #[test]
    fn a_bilinear_function_is_restored(
        ins in proptest::collection::btree_set(1usize..500, 2..6),
        outs in proptest::collection::btree_set(1usize..500, 2..6),
        at: (prop::sample::Index, prop::sample::Index),
    ) {
        let truth = |i: usize, o: usize| 0.5 + 0.01 * i as f64 + 0.02 * o as f64 + 1e-4 * (i * o) as f64;
        let grid = ins.iter().flat_map(|&i| outs.iter().map(move |&o| (ordinary(i, o), truth(i, o))));
        let table = table(grid);
        let within = |set: &std::collections::BTreeSet<usize>, at: prop::sample::Index| {
            let (low, high) = (*set.first().unwrap(), *set.last().unwrap());
            low + at.index(high - low + 1)
        };
        let wanted = ordinary(within(&ins, at.0), within(&outs, at.1));
        let filled = table.interpolated(&[wanted]).unwrap();
        let expected = truth(wanted.inputs, wanted.outputs);
        prop_assert!((filled.entries[&wanted].milliseconds / expected - 1.0).abs() < 1e-9);
    }
}
