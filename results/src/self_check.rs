//! A self-check for a person: what came out of every check, and what was measured.

mod measured;

use records::SelfCheck;
use records::self_check::{Check, Outcome};

use crate::page::{Grid, GridBlock, Page, PageItem, left, markdown, right, text};

/// How it came out, in one line: `12 pass, 1 fail, 2 skipped`.
pub fn verdict(check: &SelfCheck) -> String {
    let all = [Outcome::Pass, Outcome::Fail, Outcome::Skipped];
    all.map(|outcome| format!("{} {}", check.count(outcome), outcome.word())).join(", ")
}

/// The self-check as text for a terminal, where each check has been told as it was made: how each stage came out, what
/// did not pass, and what was measured.
pub fn as_text(check: &SelfCheck) -> String {
    let mut items = vec![about(check), PageItem::Grid(stages(check))];
    if check.checks.iter().any(|check| check.finding.outcome != Outcome::Pass) {
        items.push(PageItem::Heading("Not passed".into()));
        items.push(PageItem::Grid(outcomes(check, |check| check.finding.outcome != Outcome::Pass)));
    }
    items.extend(measured(check, |check| !is_comparison(check)));
    text::page(&Page { title: title(check), items, ..Page::default() })
}

/// The self-check as Markdown.
pub fn as_markdown(check: &SelfCheck) -> String {
    markdown::page(&page(check))
}

/// The checks stage by stage, then the numbers that were measured.
pub(crate) fn page(check: &SelfCheck) -> Page {
    let mut items = vec![about(check), PageItem::Grid(outcomes(check, |_| true))];
    items.extend(measured(check, |_| true));
    Page { title: title(check), items, ..Page::default() }
}

fn title(check: &SelfCheck) -> String {
    format!("Self-check: {}", verdict(check))
}

fn about(check: &SelfCheck) -> PageItem {
    let subject = &check.subject;
    PageItem::Paragraph(format!(
        "Device {} ({}), libtorch {}, commit {}.",
        subject.device_name, subject.device, subject.libtorch, subject.commit
    ))
}

/// Whether it compares two computations, so that its numbers say whether it passes and no more.
fn is_comparison(check: &Check) -> bool {
    check.finding.quantities.iter().any(|quantity| quantity.name == "tolerance")
}

/// The numbers of the `chosen` checks, stage by stage.
fn measured(check: &SelfCheck, chosen: impl Fn(&Check) -> bool) -> Vec<PageItem> {
    let mut items = Vec::new();
    for stage in check.checks.chunk_by(|a, b| a.stage == b.stage) {
        let with_numbers = |check: &&Check| !check.finding.quantities.is_empty() && chosen(check);
        let checks: Vec<Check> = stage.iter().filter(with_numbers).cloned().collect();
        if !checks.is_empty() {
            items.push(PageItem::Heading(format!("Measured: {}", stage[0].stage)));
            items.extend(measured::grids(&checks).into_iter().map(PageItem::Grid));
        }
    }
    items
}

/// How many checks of each stage passed, failed and were skipped.
fn stages(check: &SelfCheck) -> Grid {
    let row = |stage: &[Check]| {
        let count =
            |outcome| stage.iter().filter(|check| check.finding.outcome == outcome).count().to_string();
        let seconds: f64 = stage.iter().map(|check| check.seconds).sum();
        let counts = [Outcome::Pass, Outcome::Fail, Outcome::Skipped].map(count);
        let cells = [vec![stage[0].stage.clone()], counts.into(), vec![format!("{seconds:.1}")]];
        cells.concat().into_iter().map(Some).collect()
    };
    let rows: Vec<Vec<Option<String>>> = check.checks.chunk_by(|a, b| a.stage == b.stage).map(row).collect();
    let numbers = ["Pass", "Fail", "Skipped", "Seconds"].map(right);
    Grid { columns: [vec![left("Stage")], numbers.into()].concat(), blocks: vec![GridBlock::from(rows)] }
}

/// A line for each of the `chosen` checks.
fn outcomes(check: &SelfCheck, chosen: impl Fn(&Check) -> bool) -> Grid {
    let row = |check: &Check| {
        let what = check.finding.what.split_whitespace().collect::<Vec<_>>().join(" ");
        let cells = [
            check.stage.clone(),
            check.name.clone(),
            check.finding.outcome.word().into(),
            format!("{:.1}", check.seconds),
            what,
        ];
        cells.map(Some).to_vec()
    };
    let columns = vec![left("Stage"), left("Check"), left("Outcome"), right("Seconds"), left("What")];
    let of_stage = |checks: &[Check]| {
        let rows: Vec<_> = checks.iter().filter(|check| chosen(check)).map(row).collect();
        (!rows.is_empty()).then(|| GridBlock::from(rows))
    };
    let blocks = check.checks.chunk_by(|a, b| a.stage == b.stage).filter_map(of_stage).collect();
    Grid { columns, blocks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::self_check::{Finding, Subject};

    fn self_check() -> SelfCheck {
        let check = |stage: &str, name: &str, finding: Finding| Check {
            stage: stage.into(),
            name: name.into(),
            at: "2026-01-01T00:00:00Z".into(),
            seconds: 1.25,
            finding,
        };
        let subject = Subject {
            commit: "abc".into(),
            libtorch: "2.11.0".into(),
            device: "cuda:0".into(),
            device_name: "H100".into(),
        };
        let checks = vec![
            check("machine", "memory", Finding::pass("79.1 of 79.6 GiB are free").and("free", 79.1, "GiB")),
            check("machine", "power", Finding::skipped("NVML says: not supported")),
            check(
                "correct",
                "dense step",
                Finding::fail("two\nlines").and("distance", 1.5e-7, "").and("tolerance", 1e-3, ""),
            ),
        ];
        SelfCheck { subject, checks }
    }

    #[test]
    fn every_check_is_a_line_with_its_outcome_and_every_number_is_shown() {
        let page = as_markdown(&self_check());
        let line = |words: &[&str]| lines(&page, words);
        assert_eq!(line(&["1 pass, 1 fail, 1 skipped"]), 1, "{page}");
        assert_eq!(line(&["machine", "power", "skipped", "not supported"]), 1, "{page}");
        assert_eq!(line(&["correct", "dense step", "fail", "two lines"]), 1, "{page}");
        assert_eq!(line(&["memory", "pass"]), 1, "{page}");
        assert_eq!(line(&["memory", "79.10"]), 1, "{page}");
        assert_eq!(line(&["dense step", "1.5e-7"]), 1, "{page}");
        assert_eq!(line(&["Measured: machine"]), 1, "{page}");
        assert!(page.contains("H100") && page.contains("commit abc"), "{page}");
    }

    #[test]
    fn a_terminal_is_told_of_each_stage_what_did_not_pass_and_what_was_measured() {
        let page = as_text(&self_check());
        let line = |words: &[&str]| lines(&page, words);
        let stage = |words: &[&str]| {
            page.lines().filter(|line| line.split_whitespace().collect::<Vec<_>>() == words).count()
        };
        assert_eq!(line(&["1 pass, 1 fail, 1 skipped"]), 1, "{page}");
        assert_eq!(stage(&["machine", "1", "0", "1", "2.5"]), 1, "{page}");
        assert_eq!(stage(&["correct", "0", "1", "0", "1.2"]), 1, "{page}");
        assert_eq!(line(&["machine", "power", "skipped", "not supported"]), 1, "{page}");
        assert_eq!(line(&["correct", "dense step", "fail", "two lines"]), 1, "{page}");
        assert_eq!(line(&["memory", "pass"]), 0, "{page}");
        assert_eq!(line(&["memory", "79.10 GiB"]), 1, "{page}");
        assert_eq!(line(&["1.5e-7"]), 0, "{page}");
        assert!(page.contains("H100") && page.contains("commit abc"), "{page}");
    }

    fn lines(page: &str, words: &[&str]) -> usize {
        page.lines().filter(|line| words.iter().all(|word| line.contains(word))).count()
    }
}
