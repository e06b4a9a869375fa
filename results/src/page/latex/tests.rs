use super::super::{GridBlock, left, right};
use super::super::{Page, PageItem};
use super::long::{grid, page};
use super::widths::{TEXT, widths};
use super::*;

const LONG: &str =
    "HALP [epochs=0.17; batch_size=8; base_learning_rate=0.1; warmup_epochs=0.01; image_size=224]";

fn table(label: &str, numbers: usize) -> Grid {
    let cell = |text: &str| Some(text.to_string());
    let mut columns = vec![left("Latency"), left("Method")];
    columns.extend((0..numbers).map(|_| right("Publ. speed")));
    let row = |label: &str| -> Vec<Option<String>> {
        [cell("80%"), cell(label)].into_iter().chain((0..numbers).map(|_| cell("≈ 1.0"))).collect()
    };
    let first = GridBlock { heading: None, rows: vec![row("Dense")] };
    Grid {
        columns,
        blocks: vec![first, GridBlock { heading: Some("Others".into()), rows: vec![row(label)] }],
    }
}

/// The first page has the head, as every other one; there is a rule between blocks and none above the first.
#[test]
fn a_table_breaks_over_pages_and_repeats_its_head() {
    let expected = "\
{\\footnotesize\\setlength{\\tabcolsep}{3pt}
\\setlength{\\LTleft}{0pt plus 1fill minus 1fill}\\setlength{\\LTright}{\\LTleft}
\\begin{longtable}{llr}
\\toprule
Latency & Method & \\shortstack[r]{Publ.\\\\speed} \\\\
\\midrule
\\endhead
\\bottomrule
\\endfoot
80\\% & Dense & $\\approx$ 1.0 \\\\
\\midrule
\\multicolumn{3}{l}{\\emph{Others}} \\\\*
80\\% & IEE & $\\approx$ 1.0 \\\\
\\end{longtable}}";
    assert_eq!(grid(&table("IEE", 1)), expected);
}

#[test]
fn a_label_is_broken_where_the_table_would_not_fit_and_no_word_of_it_is_cut() {
    let broken = |grid: &Grid| {
        widths(grid, TEXT).into_iter().find_map(|width| match width {
            Width::Broken(em) => Some(em),
            Width::Own => None,
        })
    };
    assert_eq!(broken(&table("IEE from pretrained", 2)), None);
    // 40 em of text, less 4.2 of "Latency", 2 times 3.2 of numbers and the label's gap of 0.7.
    let fits = broken(&table(LONG, 2)).unwrap();
    assert!((fits - 28.7).abs() < 1e-9, "{fits}");
    assert_eq!(broken(&table(LONG, 12)), Some(12.0));
    let word = format!("{LONG} {}", "x".repeat(60));
    assert_eq!(broken(&table(&word, 12)), Some(30.0));
    assert!(grid(&table(LONG, 12)).contains("{l>{\\raggedright\\arraybackslash}p{12.0em}rrrr"));
    // A broken column is one of words.
    assert_eq!(widths(&table(LONG, 2), TEXT)[1..], [Width::Broken(fits), Width::Own, Width::Own]);
}

#[test]
fn the_head_of_a_page_names_what_it_needs() {
    let text =
        page(&Page { title: "T".into(), items: vec![PageItem::Grid(table(LONG, 3))], ..Page::default() });
    let comment: String = text.lines().take_while(|line| line.starts_with('%')).collect();
    for needed in ["array", "booktabs", "longtable", "textcomp", "inputenc"] {
        assert!(comment.contains(needed), "{needed}");
    }
}

/// Only further parts of one table are its continuation, and what stands behind the remarks is not under its heading.
#[test]
fn every_float_has_the_caption_of_its_table() {
    let of = |first: &str, rows: usize| {
        let row = vec![Some("90%".to_string()), Some("RigL".to_string())];
        PageItem::Grid(Grid {
            columns: vec![left(first), left("Method")],
            blocks: vec![GridBlock { heading: None, rows: vec![row; rows] }],
        })
    };
    let items = vec![
        PageItem::Heading("measured".into()),
        of("Sparsity", 50),
        of("Sparsity", 1),
        of("Also published", 1),
        PageItem::Notes(vec!["a remark".into()]),
        of("Also published", 1),
    ];
    let text = float::page(&Page { title: "T".into(), items, ..Page::default() });
    let captions: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("\\caption{")).collect();
    assert_eq!(
        captions,
        [
            "T: measured.}",
            "T: measured (continued).}",
            "T: measured, part 2.}",
            "T: measured, also published.}",
            "T.}"
        ]
    );
}
