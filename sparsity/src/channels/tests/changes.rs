//! Edits on the two convolutions of [`chain`], worked out by hand.

use super::*;
use crate::{ChannelEdit, Criterion, GrowthLimit};

/// The first `counts` of the eight channels of both convolutions.
fn first(counts: [usize; 2]) -> Vec<Vec<bool>> {
    let flags = |count: usize| (0..8).map(|channel| channel < count).collect();
    vec![vec![true; 3], flags(counts[0]), flags(counts[1]), vec![true; 4]]
}

/// Scores that fall from channel to channel; those of the first convolution are twice as large.
fn scores() -> Vec<Vec<f32>> {
    let falling = |factor: f32| (0..8).map(|channel| factor * (8 - channel) as f32).collect();
    vec![vec![0.0; 3], falling(2.0), falling(1.0), vec![0.0; 4]]
}

fn counts(active: &[Vec<bool>]) -> Vec<usize> {
    active.iter().map(|flags| flags.iter().filter(|flag| **flag).count()).collect()
}

fn edited(options: ChannelOptions, edit: ChannelEdit, active: &[Vec<bool>], removed: f64) -> Vec<Vec<bool>> {
    let space = space(&chain(), MICROSECONDS, options);
    space.edited(&edit, active, &scores(), PruneLatencies { after: 0.448, removed }).unwrap()
}

fn regrow(share: f64) -> ChannelEdit {
    ChannelEdit::Grow { criterion: Criterion::Taylor, limit: GrowthLimit::Removed(share) }
}

/// From 4 and 4 channels, 0.448 ms, half of 0.4 ms may come back. A pair of the first convolution, priced at 96
/// microseconds by its outputs, is worth most, and two cost 192. They really take 0.192 + 4 x 4 x 16 / 1000 ms.
#[test]
fn a_growth_by_price_takes_more_than_its_budget() {
    let grown = edited(OUTPUTS, regrow(0.5), &first([4, 4]), 0.4);
    assert_eq!(counts(&grown), [3, 8, 4, 4]);
    let space = space(&chain(), MICROSECONDS, OUTPUTS);
    assert!((space.latency(&counts(&grown)).unwrap() - 0.448 - 0.448).abs() < 1e-9);
}

/// With its next layer a pair of the first takes 96 + 128 microseconds, one of the second 128.
#[test]
fn a_growth_by_inputs_and_outputs_keeps_its_budget() {
    let grown = |share| counts(&edited(BOTH, regrow(share), &first([4, 4]), 0.4));
    assert_eq!(grown(0.5), [3, 4, 6, 4]);
    assert_eq!(grown(0.6), [3, 6, 4, 4]);
    assert_eq!(grown(0.3), [3, 4, 4, 4]);
}

/// Nothing was removed, so nothing grows, whatever is priced.
#[test]
fn nothing_grows_where_nothing_was_removed() {
    for options in [OUTPUTS, BOTH] {
        let active = first([4, 4]);
        assert_eq!(edited(options, regrow(1.0), &active, 0.0), active);
    }
}

/// Of equal scores the earlier channel stays, and grown channels are the best of those that are not active.
#[test]
fn channels_rank_by_score_then_by_place() {
    let space = space(&chain(), MICROSECONDS, BOTH);
    let drop = ChannelEdit::Drop { criterion: Criterion::Taylor, latency: 0.448 / 1.408 };
    let mut scores = scores();
    scores[1] = vec![1.0, 5.0, 1.0, 5.0, 1.0, 5.0, 1.0, 5.0];
    let prunes = PruneLatencies::before_any(space.dense());
    let active = space.edited(&drop, &first([8, 8]), &scores, prunes).unwrap();
    assert!(space.latency(&counts(&active)).unwrap() <= 0.448);
    let kept: Vec<usize> = (0..8).filter(|channel| active[1][*channel]).collect();
    assert!([1, 3, 5, 7].starts_with(&kept) || kept.starts_with(&[0, 1, 3, 5, 7]), "{kept:?}");
    let grow = ChannelEdit::Grow { criterion: Criterion::Taylor, limit: GrowthLimit::Latency(1.0) };
    assert_eq!(space.edited(&grow, &active, &scores, prunes).unwrap(), first([8, 8]));
}

/// A prune that ends above the one before it counts as much as one below.
#[test]
fn what_a_prune_removed_is_its_distance_from_the_one_before() {
    let prunes = PruneLatencies::before_any(10.0);
    assert_eq!(prunes, PruneLatencies { after: 10.0, removed: 0.0 });
    assert_eq!(prunes.pruned(7.0), PruneLatencies { after: 7.0, removed: 3.0 });
    assert_eq!(prunes.pruned(7.0).pruned(8.5), PruneLatencies { after: 8.5, removed: 1.5 });
    let mut aims = PruneLatencies::before_any(1.0);
    let criterion = Criterion::Taylor;
    assert_eq!(aims.aim(1.0, &ChannelEdit::Drop { criterion, latency: 0.6 }), 0.6);
    assert_eq!(aims.aim(0.6, &regrow(0.5)), 0.6 + 0.5 * 0.4);
    assert_eq!(aims.aim(0.8, &ChannelEdit::Drop { criterion, latency: 0.5 }), 0.5);
    assert!((aims.aim(0.5, &regrow(1.0)) - 0.6).abs() < 1e-12);
    let limit = GrowthLimit::Latency(0.7);
    assert_eq!(aims.aim(0.5, &ChannelEdit::Grow { criterion, limit }), 0.7);
}
