//! Tables of structured sparsity; the records are synthetic and say nothing of methods.

use crate::fixtures::{smoke, structured};
use crate::paper::{table, table_ids};

use super::super::*;

fn table1() -> TableDefinition {
    table("table1").unwrap()
}

/// Table 1 at 30% only.
fn small_table() -> TableDefinition {
    TableDefinition { latency_targets: vec![0.3], ..table1() }
}

fn text(records: &[Record]) -> String {
    render(&small_table(), records, TableFormat::Text)
}

/// A text with single blanks, so that where it is broken does not matter.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines of a page that start so.
fn starting<'p>(page: &'p str, start: &str) -> Vec<&'p str> {
    page.lines().filter(|line| line.starts_with(start)).collect()
}

/// One line of the CSV by its label and latency, as column and content.
fn csv_line(records: &[Record], label: &str, latency: &str) -> Vec<(String, String)> {
    let text = render(&table1(), records, TableFormat::Csv);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let mut lines = reader.records().map(|line| {
        let line = line.unwrap();
        header.iter().zip(&line).map(|(name, cell)| (name.into(), cell.into())).collect::<Vec<_>>()
    });
    lines.find(|line| cell(line, "label") == label && cell(line, "latency_target") == latency).unwrap()
}

fn cell<'l>(line: &'l [(String, String)], name: &str) -> &'l str {
    line.iter().find(|(column, _)| column == name).map(|(_, cell)| cell.as_str()).unwrap()
}

#[test]
fn rows_say_what_is_to_be_run() {
    let definition = table1();
    assert_eq!((definition.suite, definition.model), ("imagenet", "resnet50"));
    assert_eq!(definition.latency_targets, [0.8, 0.55, 0.3]);
    assert!(definition.sparsities.is_empty() && definition.structured());
    let rows: Vec<_> =
        definition.rows.iter().map(|row| (row.method.unwrap(), row.structured(), row.pretrained)).collect();
    let expected = [
        ("dense", false, false),
        ("halp", true, true),
        ("random-channels", true, true),
        ("magnitude", true, true),
        ("rigl-channels", true, false),
        ("iee", true, false),
        ("iee", true, false),
        ("iee", true, true),
    ];
    assert_eq!(rows, expected);
    for id in ["table2", "table3", "table4", "table5", "mobilenet", "sensitivity"] {
        let other = table(id).unwrap();
        assert!(other.latency_targets.is_empty() && !other.structured());
        assert!(other.rows.iter().all(|row| !row.structured() && !row.pretrained));
    }
    for other in table_ids().into_iter().map(|id| table(id).unwrap()) {
        let run = || other.rows.iter().filter(|row| row.method.is_some_and(|method| method != "dense"));
        assert!(run().all(|row| row.structured() == other.structured()), "{}", other.id);
        assert!(run().all(|row| other.structured() || !row.pretrained), "{}", other.id);
    }
}

#[test]
fn without_records_the_published_values_stand_alone_with_their_sources() {
    let page = text(&[]);
    let expected = "\
Latency  Method                   Published    Publ. FPS  Publ. speed  Publ. MACs  Publ. cost
─────────────────────────────────────────────────────────────────────────────────────────────
100%     Dense                    ≈ 76.2 [b]  ≈ 1019 [b]   ≈ 1.00 [b]           –  ≈ 1.00 [b]
─────────────────────────────────────────────────────────────────────────────────────────────
30%      HALP                     74.41 [a]     2610 [a]     2.56 [a]    1.11 [a]  ≈ 1.39 [o]
30%      Random channels          –                    –            –           –           –
30%      Magnitude (channels)     –                    –            –           –           –
30%      RigL on channels         –                    –            –           –           –
30%      IEE from scratch         ≈ 74.6 [p]  ≈ 2736 [p]   ≈ 2.68 [p]           –  ≈ 0.39 [p]
30%      IEE, exploration on top  –                    –            –           –           –
30%      IEE from pretrained      –                    –            –           –           –
";
    assert!(page.contains(expected), "{page}");
    for said in [
        "The sources disagree about IEE at 30%",
        "HALP-30% keeps 30%",
        "IEE from scratch    [q]         30%        –  ≈ 2621  RTX 4090        –       –",
        "HALP                [o]         30%   ≈ 74.5  ≈ 2597  TITAN V    ≈ 2.55  ≈ 1.39",
        "[a] Shen et al.: code of HALP",
    ] {
        assert!(flat(&page).contains(&flat(said)), "{said} in\n{page}");
    }
}

#[test]
fn records_of_the_published_recipe_are_judged_by_accuracy_and_not_by_throughput() {
    let page = text(&structured("resnet50"));
    let accuracy = "\
Latency  Method                   Published   Measured (n)      95 % CI          Diff  Verdict
─────────────────────────────────────────────────────────────────────────────────────────────────────
100%     Dense                    ≈ 76.2 [b]  76.90 ± 0.14 (2)  [75.63, 78.17]  +0.70  not comparable
─────────────────────────────────────────────────────────────────────────────────────────────────────
30%      HALP                     74.41 [a]   74.50 ± 0.20 (3)  [74.00, 75.00]  +0.09  reproduced
30%      Random channels          –           –                 –                   –  –
30%      Magnitude (channels)     –           73.00 ± 0.14 (2)  [71.73, 74.27]      –  –
30%      RigL on channels         –           –                 –                   –  –
30%      IEE from scratch         ≈ 74.6 [p]  74.70 ± 0.28 (2)  [72.16, 77.24]  +0.10  not comparable
30%      IEE, exploration on top  –           –                 –                   –  –
30%      IEE from pretrained      –           75.10 (1)         –                   –  –
";
    let without_rules = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('─')).map(str::trim_end);
        lines.collect::<Vec<_>>().join("\n")
    };
    assert!(without_rules(&page).contains(&without_rules(accuracy)), "{page}");
    let speed = "30%      HALP                       2610 [a]  6251 [6240, 6262]     2.56 [a]     2.50    0.30    \
                 1.11 [a]  1.23  ≈ 1.39 [o]    1.41    1.410";
    assert_eq!(starting(&page, "30%      HALP")[1], speed, "{page}");
    assert!(page.contains("FPS measured with batch 256, fp32, stable, on NVIDIA H100."));
    assert!(page.contains("Latencies looked up in table 5f3a."));
    assert!(flat(&page).contains("FPS on different devices are not comparable and get no verdict"));
}

#[test]
fn long_form_has_what_was_measured_and_where() {
    let records = structured("resnet50");
    let halp = csv_line(&records, "HALP", "0.3");
    let said = ["pretrained", "published_fps", "published_fps_device", "published_train_cost_ratio", "fps"];
    assert_eq!(said.map(|name| cell(&halp, name)), ["true", "2610", "TITAN V", "1.39", "6251"]);
    let said =
        ["fps_low", "fps_high", "speedup", "latency_share", "latency_table", "train_cost_ratio", "macs"];
    assert_eq!(
        said.map(|name| cell(&halp, name)),
        ["6240", "6262", "2.5", "0.3", "5f3a", "1.41", "1226700000"]
    );
    assert_eq!(cell(&halp, "fps_measured"), "batch 256, fp32, stable, on NVIDIA H100");
    assert_eq!(["verdict", "verdict_reason"].map(|name| cell(&halp, name)), ["reproduced", ""]);
    let scratch = csv_line(&records, "IEE from scratch", "0.3");
    assert_eq!(cell(&scratch, "pretrained"), "false");
    assert_eq!(
        cell(&scratch, "verdict_reason"),
        "the published value comes from a secondary source; the published value was obtained differently: \
         device not stated; assumed to be that of the adjacent HALP row"
    );
    assert_eq!(cell(&csv_line(&[], "HALP", "0.8"), "published_macs_g"), "2.998");
}

#[test]
fn records_of_generated_data_are_not_comparable() {
    let records: Vec<Record> = structured("resnet50").into_iter().map(smoke).collect();
    let page = text(&records);
    assert!(page.contains("not evidence about the methods"), "{page}");
    assert!(starting(&page, "30%      HALP")[0].ends_with("–  not comparable"), "{page}");
    assert!(!page.contains("reproduced"), "{page}");
    let reason = "different recipe; different data; different network";
    assert_eq!(cell(&csv_line(&records, "HALP", "0.3"), "verdict_reason"), reason);
}

#[test]
fn throughputs_of_several_devices_have_no_mean() {
    let mut records = structured("resnet50");
    records.iter_mut().find(|r| r.method == "halp" && r.seed == 2).unwrap().fps_device = "cpu".into();
    let page = text(&records);
    let said = "HALP at 30%: FPS was measured with different settings, so no mean is shown: batch 256, fp32, stable, on \
                NVIDIA H100; batch 256, fp32, stable, on cpu.";
    assert!(flat(&page).contains(said), "{page}");
    assert!(starting(&page, "30%      HALP")[1].contains("2610 [a]                  –"), "{page}");

    let mut records = structured("resnet50");
    let slow = records.iter_mut().filter(|record| record.method == "magnitude");
    slow.for_each(|record| record.fps_device = "cpu".into());
    let page = text(&records);
    assert!(page.contains("FPS measured with batch 256, fp32, stable, on cpu: Magnitude (channels) at 30%."));
    assert!(page.contains("on NVIDIA H100: Dense at 100%, HALP at 30%, IEE from scratch at 30%"), "{page}");
}

#[test]
fn a_throughput_that_is_not_valid_is_marked() {
    let mut records = structured("resnet50");
    let pretrained = |record: &&mut Record| record.method == "iee" && !record.pretrained.is_empty();
    records.iter_mut().filter(pretrained).for_each(|record| record.fps_doubt = "the clock moved".into());
    let page = text(&records);
    assert!(page.contains("6375 [6365, 6385] †"), "{page}");
    let said = "† IEE from pretrained at 30%: the FPS measurement is invalid: the clock moved.";
    assert!(page.contains(said), "{page}");
    assert_eq!(page.matches('†').count(), 2);
    assert!(render(&small_table(), &records, TableFormat::Latex).contains("$\\dagger$"));
}

#[test]
fn trials_with_another_start_or_latency_table_are_variants() {
    let mut records = structured("resnet50");
    let halp = records.iter().find(|record| record.key == "halp-0.3-true-0").unwrap().clone();
    records.push(Record { key: "a".into(), pretrained: String::new(), top1: Some(70.0), ..halp.clone() });
    records.push(Record { key: "b".into(), latency_table: "77aa".into(), top1: Some(71.0), ..halp.clone() });
    let page = text(&records);
    let lines = starting(&page, "30%      HALP");
    assert!(lines[0].contains("74.50 ± 0.20 (3)"), "{page}");
    assert!(lines[1].contains("HALP [from scratch]") && lines[1].contains("70.00 (1)"), "{page}");
    assert!(lines[2].contains("HALP [latency table 77aa]") && lines[2].contains("71.00 (1)"), "{page}");
    let dense = Record { key: "c".into(), pretrained: "ab12".into(), ..records[0].clone() };
    assert!(text(&[dense]).contains("Dense [from pretrained]"));
}

/// A trial that was allowed to prune by unreliable latencies says so where its numbers stand.
#[test]
fn an_unreliable_latency_table_is_named_with_the_result() {
    let mut records = structured("resnet50");
    let words = |page: String| page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!words(text(&records)).contains("marked as unreliable, so"));
    let halp = records.iter_mut().filter(|record| record.method == "halp");
    halp.for_each(|record| record.settings = "allow_doubtful=true".into());
    let page = text(&records);
    let line = starting(&page, "30%      HALP [allow_doubtful=true]")[0];
    assert!(!line.contains("reproduced") && line.contains("‖"), "{page}");
    let said = "‖ channels were pruned by a latency table of which much is marked as unreliable, so";
    assert!(words(page.clone()).contains(said), "{page}");
}

#[test]
fn a_count_of_macs_is_no_latency_and_gets_no_verdict() {
    let mut records = structured("resnet50");
    let looked_up = records.iter_mut().filter(|record| !record.latency_table.is_empty());
    looked_up.for_each(|record| record.latency_table = "macs".into());
    let page = text(&records);
    assert!(!starting(&page, "30%      HALP")[0].contains("reproduced"), "{page}");
    assert!(page.contains("HALP at 30%: MACs were used as a latency proxy"), "{page}");
    let halp = csv_line(&records, "HALP", "0.3");
    assert_eq!(
        ["verdict", "verdict_reason"].map(|name| cell(&halp, name)),
        ["not comparable", "MACs were used as a latency proxy"]
    );
}

#[test]
fn levels_of_latency_and_of_sparsity_are_kept_apart() {
    let latency = structured("resnet50");
    let page = render(&table("table2").unwrap(), &latency, TableFormat::Text);
    assert!(starting(&page, "0%        Dense")[0].contains("76.90 ± 0.14 (2)"), "{page}");
    assert!(page.contains("Further records are shown in table1."), "{page}");
    let weights = Record {
        key: "iee-erk".into(),
        distribution: "erk".into(),
        sparsity_target: Some(0.3),
        latency_target: None,
        ..latency.iter().find(|record| record.method == "iee").unwrap().clone()
    };
    let page = text(&[weights]);
    assert!(page.contains("Recorded but not part of this table: iee at 30%."), "{page}");
    let mobilenet = render(&table("mobilenet").unwrap(), &structured("mobilenet-v1"), TableFormat::Text);
    assert!(flat(&mobilenet).contains("Further records are shown in fig3."), "{mobilenet}");
}

#[test]
fn other_latencies_are_named_and_not_shown() {
    let other = structured("resnet50")
        .into_iter()
        .map(|record| Record { latency_target: record.latency_target.map(|_| 0.42), ..record });
    let page = text(&other.collect::<Vec<_>>());
    let said = "Recorded but not part of this table: halp at latency 42%, iee at latency 42%, magnitude at \
                latency 42%.";
    assert!(flat(&page).contains(said), "{page}");
}

/// Two costs are shown where exploration makes a difference, as it does not without any.
#[test]
fn cost_without_exploration_is_shown_where_there_is_any() {
    let mut records = structured("resnet50");
    records.iter_mut().for_each(|record| record.train_cost_active_ratio = record.train_cost_ratio);
    assert!(!text(&records).contains("Active ×"));
    for record in records.iter_mut().filter(|record| record.method == "iee") {
        record.train_cost_active_ratio = record.train_cost_ratio.map(|cost| cost - 0.08);
    }
    let page = text(&records);
    assert!(page.contains("Cost ×  Active ×  Train ×") && flat(&page).contains("probably IEE's."), "{page}");
    let iee = starting(&page, "30%      IEE from scratch");
    assert!(iee[1].contains("0.42      0.34"), "{page}");
    assert!(starting(&page, "30%      HALP")[1].contains("1.41      1.41"), "{page}");
}

#[test]
fn columns_of_what_no_source_has_are_left_out() {
    let page = render(&table("table-voc").unwrap(), &crate::fixtures::detection(), TableFormat::Text);
    assert!(
        page.contains("Publ. FPS") && !page.contains("Publ. MACs") && !page.contains("Publ. cost"),
        "{page}"
    );
    assert!(text(&structured("resnet50")).contains("Publ. MACs"));
}

#[test]
fn every_format_has_every_line() {
    let records = structured("resnet50");
    for (name, format) in TableFormat::NAMES {
        let page = render(&table1(), &records, format);
        for label in ["Dense", "HALP", "Magnitude (channels)", "IEE from scratch", "IEE from pretrained"] {
            assert!(page.contains(label), "{label} in {name}");
        }
    }
    let page = render(&table1(), &records, TableFormat::Text);
    let widest = page.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 140, "{widest}");
}
