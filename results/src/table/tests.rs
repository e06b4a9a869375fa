mod differences;
mod structured;

use crate::own;
use crate::paper::{RowDefinition, table, table_ids};

use super::*;

/// What a run ends with: the table of what was measured.
fn own_results(records: &[Record]) -> String {
    own::render(records, &[], TableFormat::Text)
}

/// A trial of the published recipe on the real data.
fn paper(method: &str, sparsity: f64, seed: u64, top1: f64) -> Record {
    let dense = method == "dense";
    Record {
        key: format!("{method}-{sparsity}-{seed}"),
        suite: "cifar10".into(),
        dataset: "cifar10".into(),
        model: "wrn-22-2".into(),
        method: method.into(),
        distribution: if dense { "none" } else { "erk" }.into(),
        sparsity_target: (!dense).then_some(sparsity),
        seed,
        profile: "paper".into(),
        top1: Some(top1),
        top1_best: Some(top1 + 0.25),
        params_active: Some(215_382),
        train_flops_ratio: Some(if dense { 1.0 } else { 0.354 }),
        inference_flops_ratio: Some(if dense { 1.0 } else { 0.352 }),
        train_seconds: Some(1234.56),
        device: "NVIDIA H100".into(),
        status: "ok".into(),
        commit: "0123abc".into(),
        ..Record::default()
    }
}

/// Three seeds per method, a failure, variants, and a method that the table does not list.
fn recorded() -> Vec<Record> {
    let mut records = Vec::new();
    for (method, top1) in [
        ("dense", [94.0, 94.1, 94.2]),
        ("static", [92.0, 92.1, 92.2]),
        ("set", [93.5, 93.6, 93.7]),
        ("rigl", [93.4, 93.7, 93.7]),
    ] {
        records.extend((0..).zip(top1).map(|(seed, top1)| paper(method, 0.8, seed, top1)));
    }
    for (seed, top1, status) in [(0, 93.0, "ok"), (1, 93.2, "ok"), (2, 10.0, "diverged")] {
        let choices = "update_fraction=0.3;stop=0.75".into();
        records.push(Record { status: status.into(), choices, ..paper("iee", 0.8, seed, top1) });
    }
    let short = Record { settings: "importance_steps=50".into(), ..paper("iee", 0.8, 0, 92.5) };
    records.push(Record { key: "short".into(), ..short });
    let uniform = Record { distribution: "uniform".into(), ..paper("rigl", 0.8, 0, 92.5) };
    records.push(Record { key: "uniform".into(), ..uniform });
    records.push(paper("snip", 0.5, 0, 90.0));
    records
}

/// The same trial in minutes on synthetic images.
fn smoke(record: Record) -> Record {
    let (profile, dataset) = ("smoke".into(), "cifar10-generated".into());
    Record { profile, dataset, model: "wrn-10-1".into(), device: "cpu".into(), ..record }
}

/// One seed each of rows of the tables on ImageNet, and of variants of them.
fn on_imagenet() -> Vec<Record> {
    let trial = |method: &str, distribution: &str, sparsity, settings: &str, top1, cost| Record {
        key: format!("{method}-{distribution}-{sparsity}-{settings}"),
        suite: "imagenet".into(),
        dataset: "imagenet".into(),
        model: "resnet50".into(),
        distribution: distribution.into(),
        settings: settings.into(),
        train_flops_ratio: Some(cost),
        inference_flops_ratio: Some(0.25),
        ..paper(method, sparsity, 0, top1)
    };
    let mut records = vec![
        trial("dense", "none", 0.0, "", 76.7, 1.0),
        trial("small-dense", "width", 0.8, "", 72.0, 0.2),
        trial("rigl", "erk", 0.9, "", 72.9, 0.244),
        trial("iee", "erk", 0.9, "", 74.2, 0.411),
        trial("iee", "uniform", 0.9, "scope=global", 73.5, 0.334),
        trial("iee", "erk", 0.9, "training_length=5.0", 76.0, 2.06),
        trial("iee", "erk", 0.9, "training_length=5.0;update_fraction=0.1", 75.8, 2.06),
        trial("iee", "erk", 0.9, "freeze=false", 73.4, 0.411),
        trial("iee", "erk", 0.9, "criterion=taylor", 73.0, 0.411),
        trial("sr-ste", "2:4", 0.5, "", 76.8, 0.8),
        trial("snip", "erk", 0.7, "", 60.0, 0.4),
    ];
    for record in records.iter_mut().filter(|record| record.method == "iee") {
        record.saliency_variance = Some(0.125);
    }
    records
}

/// Table 3 at one sparsity and without the rows of which nothing is recorded.
fn small_table() -> TableDefinition {
    let mut definition = table("table3").unwrap();
    definition.sparsities.truncate(1);
    let unrecorded = ["magnitude", "magnitude-oneshot", "granet", "snfs", "mest", "srigl", "top-kast"];
    let recorded = |row: &RowDefinition| row.method.is_none_or(|method| !unrecorded.contains(&method));
    definition.rows.retain(|row| recorded(row) && row.settings.is_empty());
    definition
}

/// The part of a page between two texts, the first included.
fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page.find(from).unwrap_or_else(|| panic!("no {from:?} in\n{page}"));
    let length = page[start..].find(to).unwrap_or_else(|| panic!("no {to:?} in\n{page}"));
    &page[start..start + length]
}

#[test]
fn records_of_the_published_recipe_are_judged() {
    let page = render(&small_table(), &recorded(), TableFormat::Text);
    // Static: 92.1 - (92.9 + 93.2) / 2 = -0.95, beyond 0.5. RigL: deviation sqrt((0.04 + 0.01 + 0.01) / 2).
    let expected = "\
profile paper on cifar10: the full published recipe (network wrn-22-2)

━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Sparsity  Method                           Published              Measured (n)      95 % CI          Diff  Verdict         Train ×  Infer. ×
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
0%        Dense                            94.1 [b], 94.10–95.00  94.10 ± 0.10 (3)  [93.85, 94.35]  -0.47  reproduced        1.000     1.000
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
80%       Static (ERK)                     92.9 [a], 92.90–93.20  92.10 ± 0.10 (3)  [91.85, 92.35]  -0.95  worse             0.354     0.352
80%       SET (ERK)                        92.9 ± 0.16 [d]        93.60 ± 0.10 (3)  [93.35, 93.85]  +0.70  not comparable    0.354     0.352
80%       RigL (ERK)                       93.6 [a], 93.60–94.03  93.60 ± 0.17 (3)  [93.17, 94.03]  -0.21  reproduced        0.354     0.352
80%       RigL (uniform)                   92.6 ± 0.10 [d]        92.50 (1)         –               -0.10  not comparable    0.354     0.352
80%       IEE (ERK)                        –                      93.10 ± 0.14 (2)  [91.83, 94.37]      –  –                 0.354     0.352
80%       IEE (ERK) [importance_steps=50]  –                      92.50 (1)         –                   –  –                 0.354     0.352
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

IEE (ERK) at 80%: 1 of 3 trials diverged.
Recorded but not part of this table: snip at 50%.
Chosen by this harness for iee, because the paper does not specify them: update_fraction=0.3, stop=0.75.
Measured on NVIDIA H100; commit 0123abc.

";
    assert_eq!(part(&page, "profile paper", "Measured: top-1"), expected);
    assert!(page.contains("Verdict: reproduced if the measured mean is within max(2 d, 0.5)"));
}

#[test]
fn records_of_generated_data_are_not_comparable() {
    let records: Vec<Record> = recorded().into_iter().map(smoke).collect();
    let page = render(&small_table(), &records, TableFormat::Text);
    let nature = "profile smoke on synthetic images (cifar10-generated): smoke test; not evidence about the methods \
                  (network wrn-10-1)\n\n";
    assert_eq!(part(&page, "profile smoke", "━"), nature);
    let static_line = "80%       Static (ERK)                     92.9 [a], 92.90–93.20  \
                       92.10 ± 0.10 (3)  [91.85, 92.35]     –  not comparable    0.354     0.352\n";
    assert_eq!(part(&page, "80%       Static", "80%       SET"), static_line);
    assert!(page.contains("Verdict: not comparable if recipe, data set or network"), "{page}");
    assert!(!page.contains("reproduced"), "{page}");
}

#[test]
fn unlike_records_get_tables_of_their_own() {
    let records: Vec<Record> = recorded().into_iter().flat_map(|r| [smoke(r.clone()), r]).collect();
    let page = render(&small_table(), &records, TableFormat::Text);
    let heads: Vec<_> = page.lines().filter(|line| line.starts_with("profile ")).collect();
    assert!(heads[0].starts_with("profile paper") && heads[1].starts_with("profile smoke"));
    assert_eq!(page.matches("93.60 ± 0.17 (3)").count(), 2, "{page}");
}

#[test]
fn without_records_the_published_values_stand_alone() {
    let page = render(&small_table(), &[], TableFormat::Text);
    let expected = "\
No results are recorded yet for wrn-22-2 on suite cifar10; showing only published values.

━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Sparsity  Method        Published
─────────────────────────────────────────────
0%        Dense         94.1 [b], 94.10–95.00
─────────────────────────────────────────────
80%       Static (ERK)  92.9 [a], 92.90–93.20
80%       SET (ERK)     92.9 ± 0.16 [d]
80%       RigL (ERK)    93.6 [a], 93.60–94.03
80%       IEE (ERK)     –
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

";
    assert_eq!(part(&page, "No results are recorded", "Range after"), expected);
    assert!(page.contains("were not available to this project"));
}

#[test]
fn csv_is_long_form_with_empty_cells() {
    let text = render(&small_table(), &recorded(), TableFormat::Csv);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1 + 7, "{text}");
    let expected = "table3,cifar10,paper,cifar10,wrn-22-2,iee,IEE (ERK),erk,,0.8,,,,,,,,,,,\
                    93.1,0.141421,91.82938,94.37062,2,3,,,,0.354,0.352,,,true";
    assert_eq!(lines[6], expected);
    assert!(lines[2].contains(",92.1,0.1,91.851586,92.348414,3,3,-0.95,worse,,"), "{}", lines[2]);
    assert_eq!(render(&small_table(), &[], TableFormat::Csv).lines().count(), 1 + 5);
}

#[test]
fn markdown_tables_have_as_many_cells_on_every_line() {
    let records = [recorded(), on_imagenet()].concat();
    for id in table_ids() {
        let page = render(&table(id).unwrap(), &records, TableFormat::Markdown);
        let pipes = |line: &str| line.replace("\\|", "").matches('|').count();
        for grid in page.split("\n\n").filter(|part| part.starts_with('|')) {
            let expected = pipes(grid.lines().next().unwrap());
            assert!(grid.lines().all(|line| pipes(line) == expected), "{grid}");
        }
    }
    let page = render(&table("table3").unwrap(), &records, TableFormat::Markdown);
    assert!(page.contains("| 80% | IEE (ERK) \\[importance\\_steps=50\\] | – | 92.50 (1) |"));
}

#[test]
fn latex_is_balanced() {
    let mut records = recorded();
    records[0].device = "50% & {more} #1 \\ $".into();
    for (format, environments, headed) in [
        (TableFormat::Latex, ["table*", "tabular", "itemize"], "\\\\\n"),
        (TableFormat::LatexLong, ["longtable", "longtable", "itemize"], "\\\\*\n"),
    ] {
        let page = render(&table("table3").unwrap(), &records, format);
        for environment in environments {
            let count = |word: &str| page.matches(&format!("\\{word}{{{environment}}}")).count();
            assert!(count("begin") > 0 && count("begin") == count("end"), "{environment}");
        }
        let bare = page.replace("\\{", "").replace("\\}", "").replace("\\&", "").replace("\\$", "");
        assert_eq!(bare.matches('{').count(), bare.matches('}').count());
        assert_eq!(bare.matches('$').count() % 2, 0);
        let rows = bare.lines().filter(|line| line.ends_with("\\\\"));
        let separators: std::collections::BTreeSet<_> = rows.map(|row| row.matches('&').count()).collect();
        assert_eq!(separators.into_iter().collect::<Vec<_>>(), [5, 8]);
        let by_cost = render(&table("table2").unwrap(), &on_imagenet(), format);
        let heading = "\\midrule\n\\multicolumn{6}{l}{\\emph{Train $\\times$ up to 0.30}} ";
        assert!(by_cost.contains(&format!("{heading}{headed}")), "{by_cost}");
        assert!(page.contains(
            "80\\% & Static (ERK) & 92.9 {[}a{]}, 92.90--93.20 & 92.10 $\\pm$ 0.10 (3) & {[}91.85, 92.35{]} & $-$0.95 & worse"
        ));
    }
}

/// Of a table that is mostly not run, the rows that are, with the sources beside them.
#[test]
fn only_what_was_measured_is_shown_where_that_is_asked_for() {
    let definition = table("table3").unwrap();
    let records = recorded();
    let page = render_measured(&definition, &records, TableFormat::Text);
    let rows: Vec<&str> = page.lines().filter(|line| line.contains("(ERK)") && line.contains('%')).collect();
    assert_eq!(page.lines().filter(|line| line.starts_with("80%")).count(), 6, "{page}");
    assert!(rows.iter().all(|row| !row.starts_with("90%") && !row.starts_with("95%")), "{page}");
    assert!(
        page.contains("93.60 ± 0.17 (3)") && page.contains("[a]") && !page.contains("Also published"),
        "{page}"
    );
    assert!(
        !page.contains("SNFS (ERK)")
            && page.len() < render(&definition, &records, TableFormat::Text).len() / 2
    );
    let csv = |render: fn(&TableDefinition, &[Record], TableFormat) -> String| {
        render(&definition, &records, TableFormat::Csv).lines().count()
    };
    assert!(csv(render_measured) == 1 + 7 && csv(render) > 30, "{}", csv(render_measured));
    let none = render_measured(&definition, &[], TableFormat::Text);
    assert!(none.contains("No results are recorded yet") && !none.contains("RigL (ERK)"), "{none}");
}

#[test]
fn a_table_by_cost_shows_published_and_measured_cost() {
    let mut definition = table("table2").unwrap();
    definition.sparsities = vec![0.9];
    definition
        .rows
        .retain(|row| ["Dense", "RigL", "IEE", "IEE 5x", "IEE uniInit", "DSR"].contains(&row.name));
    let page = render(&definition, &on_imagenet(), TableFormat::Text);
    let expected = "\
Sparsity  Method                              Published        Measured (n)   Diff  Verdict
──────────────────────────────────────────────────────────────────────────────────────────────────
0%        Dense                               76.8 ± 0.09 [a]  76.70 (1)     -0.10  reproduced
──────────────────────────────────────────────────────────────────────────────────────────────────
Train × up to 0.30
90%       RigL (uniform)                      72.0 ± 0.05 [a]  –                 –  –
90%       RigL (ERK)                          73.0 ± 0.04 [a]  72.90 (1)     -0.10  reproduced
90%       DSR                                 ≈ 71.6 [y]       –                 –  –
──────────────────────────────────────────────────────────────────────────────────────────────────
Train × above 0.30, up to 0.75
90%       IEE (ERK)                           ≈ 74.3 [ag]      74.20 (1)     -0.10  not comparable
90%       IEE uniInit                         –                73.50 (1)         –  –
──────────────────────────────────────────────────────────────────────────────────────────────────
Train × above 1.50
90%       IEE 5x (ERK)                        –                76.00 (1)         –  –
90%       IEE 5x (ERK) [update_fraction=0.1]  –                75.80 (1)         –  –
";
    assert_eq!(part(&page, "Sparsity  Method", "━━━"), expected);
    let costs = "\
Sparsity  Method                              Publ. train ×  Publ. infer. ×  Train ×  Infer. ×
──────────────────────────────────────────────────────────────────────────────────────────────
0%        Dense                                        1.00            1.00    1.000     0.250
──────────────────────────────────────────────────────────────────────────────────────────────
Train × up to 0.30
90%       RigL (uniform)                               0.10            0.10        –         –
90%       RigL (ERK)                                   0.25            0.24    0.244     0.250
";
    assert!(page.contains(costs), "{page}");
    let notes = "\
Neither published nor measured: IEE (uniform) at 90%; IEE 5x (uniform) at 90%.
Further records are shown in sensitivity, table4, table5.
Recorded but not part of this table: small-dense at 80%, snip at 70%.
";
    assert_eq!(part(&page, "Neither published", "Measured on"), notes);
}

#[test]
fn a_table_without_published_values_shows_neither_them_nor_verdicts() {
    let definition = table("sensitivity").unwrap();
    let page = render(&definition, &on_imagenet(), TableFormat::Text);
    let expected = "\
Sparsity  Method                            Measured (n)  Train ×  Infer. ×  Saliency var.
──────────────────────────────────────────────────────────────────────────────────────────
90%       IEE (H = J = Q = 150, magnitude)  74.20 (1)       0.411     0.250          0.125
";
    assert_eq!(part(&page, "Sparsity  Method", "90%       Q = 50"), expected);
    assert!(page.contains("criterion Taylor                  73.00 (1)"), "{page}");
    assert!(!page.contains("Verdict") && !page.contains("Published"), "{page}");
    let mut records = on_imagenet();
    records.iter_mut().for_each(|record| record.saliency_variance = None);
    assert!(!render(&definition, &records, TableFormat::Text).contains("Infer. ×  Saliency var."));
    assert!(!render(&table("table4").unwrap(), &on_imagenet(), TableFormat::Text).contains("Saliency"));
}

#[test]
fn only_costs_that_were_published_have_columns() {
    let head = |id| {
        let page = render(&table(id).unwrap(), &[], TableFormat::Text);
        page.lines().find(|line| line.starts_with("Sparsity")).unwrap().split("  ").map(str::trim).fold(
            Vec::new(),
            |mut titles, title| {
                titles.extend((!title.is_empty()).then(|| title.to_string()));
                titles
            },
        )
    };
    assert_eq!(head("table2")[2..], ["Published", "Publ. train ×", "Publ. infer. ×"]);
    assert_eq!(head("table3")[2..], ["Published"]);
    assert_eq!(head("table5")[2..], ["Published"]);
    assert_eq!(head("mobilenet")[2..], ["Published"]);
    assert_eq!(head("sensitivity")[2..], [""; 0]);
}

#[test]
fn tables_fit_a_wide_terminal() {
    let own_rows = on_imagenet().into_iter().filter(|record| !record.settings.contains("update_fraction"));
    let seeds = |record: Record| (0..3).map(move |seed| Record { seed, ..record.clone() });
    for records in [Vec::new(), own_rows.flat_map(seeds).collect()] {
        for id in table_ids() {
            let page = render(&table(id).unwrap(), &records, TableFormat::Text);
            let widest = page.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(widest <= 132, "{id}: {widest}");
        }
    }
}

#[test]
fn a_smaller_dense_network_has_the_sparsity_it_was_asked_for() {
    let record = Record { sparsity: Some(0.0), ..on_imagenet().swap_remove(1) };
    let summary = own_results(&[record]);
    assert!(summary.contains("Small dense     80%    72.00      1"), "{summary}");
    assert!(summary.contains("All: distribution width."), "{summary}");
}

#[test]
fn a_summary_lists_what_was_measured() {
    let mut records: Vec<Record> = recorded().into_iter().rev().collect();
    records.retain(|record| matches!(record.method.as_str(), "dense" | "iee"));
    let expected = "\
suite cifar10 on cifar10, profile paper, network wrn-22-2

━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Method  Target  Settings                  Top-1 %  Seeds  Parameters  Train ×  Infer. ×
───────────────────────────────────────────────────────────────────────────────────────
Dense        –  –                    94.10 ± 0.25      3     215,382    1.000     1.000
IEE        80%  –                    93.10 ± 1.27      2     215,382    0.354     0.352
IEE        80%  importance_steps=50         92.50      1     215,382    0.354     0.352
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

Top-1: after the last epoch, mean ± half the width of its 95 % confidence interval.
Train ×: FLOPs of training over dense training.
Infer. ×: FLOPs of one forward pass over the dense network's.
All: distribution erk.
IEE at 80%: 1 of 3 trials diverged.
";
    assert_eq!(own_results(&records), expected);
    assert_eq!(own_results(&[]), "No results are recorded yet.\n");
}

#[test]
fn formats_are_known_by_name() {
    assert_eq!("md".parse(), Ok(TableFormat::Markdown));
    let message = "html".parse::<TableFormat>().unwrap_err().to_string();
    assert_eq!(message, "there is no format \"html\"; use one of text, md, csv, latex, latex-long");
}

/// What was trained under another definition is neither averaged nor forgotten.
#[test]
fn outdated_trials_are_left_out_of_a_table_that_says_so() {
    let old = |seed| Record {
        outdated: Some("revision 0 of method iee, which is at revision 1 now".into()),
        ..paper("iee", 0.8, seed, 12.34)
    };
    let today = paper("iee", 0.8, 0, 93.0);
    let definition = table("table3").unwrap();
    let text = render(&definition, &[today, old(1), old(2)], TableFormat::Text);
    assert!(text.contains("93.00") && !text.contains("12.34"), "{text}");
    assert!(text.contains("2 of revision 0 of method iee"), "{text}");
    let only_old = [old(1)];
    let text = render(&definition, &only_old, TableFormat::Text);
    assert!(text.contains("No results are recorded yet") && text.contains("1 of revision 0"), "{text}");
    let csv = render(&definition, &only_old, TableFormat::Csv);
    assert_eq!(csv, render(&definition, &[], TableFormat::Csv));
}

#[test]
fn a_result_of_part_of_the_data_is_marked_where_it_stands() {
    let skipping = Record { skipped_files: Some(3), ..paper("rigl", 0.8, 0, 93.6) };
    let records = [skipping, paper("static", 0.8, 0, 92.9)];
    let text = render(&small_table(), &records, TableFormat::Text);
    let line = |label: &str| text.lines().find(|line| line.contains(label)).unwrap();
    assert!(line("RigL (ERK)").contains('¶') && !line("Static (ERK)").contains('¶'), "{text}");
    assert!(
        text.contains("RigL (ERK) at 80%: ¶ unreadable files were skipped, at most 3 per trial"),
        "{text}"
    );
    let summary = own_results(&records);
    assert!(summary.contains("93.60 ¶") && summary.contains("at most 3 per trial"), "{summary}");
}

#[test]
fn a_result_of_guessing_is_marked_and_not_judged() {
    let guessed = |seed, why: Option<&str>| Record {
        unlearned: why.map(String::from),
        ..paper("rigl", 0.8, seed, 93.6)
    };
    let records = [guessed(0, Some("its top-1 is 10 %")), guessed(1, None), paper("static", 0.8, 0, 92.9)];
    let text = render(&small_table(), &records, TableFormat::Text);
    let line = |label: &str| text.lines().find(|line| line.contains(label)).unwrap();
    assert!(line("RigL (ERK)").contains("93.60 ± 0.00 (2) §"), "{text}");
    assert!(line("RigL (ERK)").contains("not comparable") && !line("Static (ERK)").contains('§'), "{text}");
    assert!(text.contains("RigL (ERK) at 80%: § 1 of 2 trials did not learn: its top-1 is 10 %."), "{text}");
    let summary = own_results(&records);
    assert!(
        summary.contains("93.60 ± 0.00 §      2") && summary.contains("1 of 2 trials did not learn"),
        "{summary}"
    );
}

#[test]
fn a_structure_that_never_changed_is_marked_and_not_judged() {
    let unchanged = |seed, changes| Record { structure_changes: changes, ..paper("rigl", 0.8, seed, 93.6) };
    let records = [unchanged(0, Some(0)), unchanged(1, Some(700)), paper("static", 0.8, 0, 92.9)];
    let text = render(&small_table(), &records, TableFormat::Text);
    let line = |label: &str| text.lines().find(|line| line.contains(label)).unwrap();
    assert!(line("RigL (ERK)").contains("93.60 ± 0.00 (2) ‡"), "{text}");
    assert!(line("RigL (ERK)").contains("not comparable") && !line("Static (ERK)").contains('‡'), "{text}");
    assert!(text.contains("RigL (ERK) at 80%: ‡ the structure never changed in 1 of 2 trials"), "{text}");
    let summary = own_results(&records);
    assert!(
        summary.contains("93.60 ± 0.00 ‡      2") && summary.contains("never changed in 1 of 2"),
        "{summary}"
    );
    let csv = render(&small_table(), &records, TableFormat::Csv);
    assert!(csv.lines().any(|line| line.contains("RigL (ERK)") && line.contains(",350,true")), "{csv}");
}

/// A sparsity that was not asked for is the mean of those reached.
#[test]
fn a_summary_says_which_sparsity_was_reached() {
    let trial = |seed: u64, sparsity: f64| Record {
        distribution: "learned".into(),
        sparsity_target: None,
        sparsity: Some(sparsity),
        ..paper("str", 0.0, seed, 90.0)
    };
    let summary = own_results(&[trial(0, 0.86), trial(1, 0.88)]);
    assert!(summary.contains("reached 87%"), "{summary}");
}
