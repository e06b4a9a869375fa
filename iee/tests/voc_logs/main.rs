//! Latencies step by step beside those of training logs of detection on PASCAL VOC, probably IEE's.
//!
//! The logs ("LookAhead", November 2022) lay in the history of NVlabs/MDP (commits ca0dac4 and 975f7c7); that they are
//! of IEE is inferred from the same loop, authors and suite. What they say of every prune and growth, and the latency
//! table of their TITAN V, are not in this repository: `HARNESS_VOC_CASES` names a folder that has them under
//! `iee-voc-logs` and `titanv-lut-ssd512`. Without it the tests that need them check nothing, and say so.

mod logs;
mod path;

use logs::{DENSE_MS, Event, Log};
use path::{Run, run, space};
use sparsity::Accounting;
use std::path::PathBuf;

fn cases() -> Option<PathBuf> {
    let folder = std::env::var_os("HARNESS_VOC_CASES");
    if folder.is_none() {
        eprintln!("HARNESS_VOC_CASES names no folder, so this test checks nothing");
    }
    folder.map(PathBuf::from)
}

/// Some of the targets of the run to 20 %, and of the one to 21 %, in milliseconds.
#[test]
fn the_targets_are_the_logged_ones() {
    let fifth = [
        (100, 375.783_953),
        (102, 369.673_645),
        (104, 363.563_337),
        (150, 223.026_25),
        (196, 82.489_16),
        (198, 76.378_852),
    ];
    let other =
        [(100, 375.860_332), (102, 369.826_403), (104, 363.792_475), (196, 86.231_724), (198, 80.197_795)];
    for (target, logged) in [(0.20, &fifth[..]), (0.21, &other)] {
        let prunes = path::prunes(target, 0.75);
        assert_eq!(prunes.len(), 50);
        for (epoch, milliseconds) in logged {
            let (_, latency) = prunes[(epoch - 100) / 2];
            assert!(
                (latency * DENSE_MS - milliseconds).abs() < 1e-5,
                "epoch {epoch}: {}",
                latency * DENSE_MS
            );
        }
    }
}

/// Every target of every log, and the epoch it is of.
#[test]
fn every_logged_target_is_met_by_the_plan() {
    let Some(folder) = cases() else { return };
    let mut checked = 0;
    for log in logs::all(&folder) {
        let prunes = path::prunes(log.target, log.share);
        for (k, event) in log.events.iter().filter(|event| event.prunes).enumerate() {
            let (epoch, latency) = prunes[k];
            assert_eq!(epoch + log.first_epoch - 100, event.epoch, "{}", log.name);
            assert!(
                (latency * DENSE_MS - event.target.unwrap()).abs() < 1e-9,
                "{} {}",
                log.name,
                event.epoch
            );
            checked += 1;
        }
    }
    assert_eq!(checked, 234);
}

/// What a growth may add is the share of the difference between the latencies after the last two prunes, whichever is
/// the larger; it is the smaller one in 18 of the 229 growths that follow a prune before them.
#[test]
fn logged_budgets_are_shares_of_what_the_last_prune_removed() {
    let Some(folder) = cases() else { return };
    let (mut growths, mut rises) = (0, 0);
    for Log { name, share, events, .. } in logs::all(&folder) {
        let mut prunes = sparsity::PruneLatencies::before_any(DENSE_MS);
        for event in &events {
            match event {
                Event { prunes: true, after, .. } => {
                    rises += usize::from(*after > prunes.after);
                    prunes = prunes.pruned(*after);
                }
                Event { budget, epoch, .. } => {
                    assert!((share * prunes.removed - budget.unwrap()).abs() < 1e-9, "{name} {epoch}");
                    growths += 1;
                }
            }
        }
    }
    assert_eq!((growths, rises), (230, 18));
}

/// The channels that the logs prune together, and what the dense backbone takes.
#[test]
fn the_table_has_the_logged_groups() {
    let Some(folder) = cases() else { return };
    let space = space(&folder, Accounting::Outputs);
    // 43 entries in whole microseconds.
    assert!((space.dense() - DENSE_MS).abs() < 43.0 * 0.0005, "{}", space.dense());
    let logged = logs::groups(&folder);
    let groups = space.groups().groups.iter().zip(space.blocks()).zip(space.prunable());
    let prunable: Vec<_> =
        groups.filter(|(_, prunable)| **prunable).map(|((group, block), _)| (group, *block)).collect();
    assert_eq!((prunable.len(), logged.len()), (30, 30));
    for (group, block) in prunable {
        let mut members: Vec<&str> =
            group.producers.iter().map(|id| space.network().nodes[*id].name.as_str()).collect();
        members.sort_unstable();
        assert!(
            logged.contains(&(members.iter().map(|name| name.to_string()).collect(), block)),
            "{members:?} {block}"
        );
    }
}

/// Every prune of ours meets its target; growths keep their budget where inputs are priced, and exceed it where they
/// are not, as logged.
#[test]
fn growths_keep_their_budget_where_inputs_are_priced() {
    let Some(folder) = cases() else { return };
    for log in logs::all(&folder).filter(|log| log.events.len() == 99 && log.first_epoch == 100) {
        println!("{}, logged: {}", log.name, log.growths());
        for accounting in [Accounting::OutputsAndInputs, Accounting::Outputs] {
            let space = space(&folder, accounting);
            let Run { events, cost, narrow_cost } = run(&space, log.target, log.share, 0);
            let ours = Log { events, ..log.clone() };
            println!(
                "{}, {accounting:?}: {}, cost {narrow_cost:.3}, with exploration {cost:.3}",
                log.name,
                ours.growths()
            );
            let prunes = || ours.events.iter().filter(|event| event.prunes);
            let growths = || ours.events.iter().filter(|event| !event.prunes);
            assert_eq!((prunes().count(), growths().count()), (50, 49));
            for event in prunes() {
                assert!(event.after <= event.target.unwrap() + 1e-9, "{event:?}");
            }
            let over = growths().filter(|event| event.grown() > event.budget.unwrap() + 1e-9).count();
            match accounting {
                Accounting::OutputsAndInputs => assert_eq!(over, 0),
                Accounting::Outputs => assert!(over > 25, "{over}"),
            }
            // The budgets are not wasted either.
            let (budget, grown) = ours.sums();
            assert!(grown > 0.5 * budget, "{grown} of {budget}");
        }
    }
}

/// The mean latency of the backbone over all steps, exploration left out: .334, .317, .319 and, with the window from
/// epoch 200 on, .419.
#[test]
fn the_logged_cost_is_the_mean_latency() {
    let Some(folder) = cases() else { return };
    let mut costs: Vec<(String, f64, f64)> = Vec::new();
    for log in logs::all(&folder).filter(|log| log.events.len() == 99) {
        costs.push((log.name.clone(), log.cost(false), log.cost(true)));
    }
    println!("{costs:?}");
    let expected = [("opt1", 0.334), ("900_0.75", 0.317), ("900_0.5", 0.319), ("start200", 0.419)];
    for (name, cost) in expected {
        let (_, narrow, whole) = costs.iter().find(|(found, ..)| found.ends_with(name)).unwrap();
        assert!((narrow - cost).abs() < 0.0005 + 1e-9, "{name}: {narrow}");
        assert!(whole > narrow);
    }
}
