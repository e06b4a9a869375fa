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

/// The self-check as text for a terminal.
pub fn as_text(check: &SelfCheck) -> String {
    text::page(&page(check))
}

/// The self-check as Markdown.
pub fn as_markdown(check: &SelfCheck) -> String {
    markdown::page(&page(check))
}

/// The checks stage by stage, then the numbers that were measured.
pub(crate) fn page(check: &SelfCheck) -> Page {
    let subject = &check.subject;
    let about = format!(
        "Device {} ({}), libtorch {}, commit {}.",
        subject.device_name, subject.device, subject.libtorch, subject.commit
    );
    let mut items = vec![PageItem::Paragraph(about), PageItem::Grid(outcomes(check))];
    for stage in check.checks.chunk_by(|a, b| a.stage == b.stage) {
        if stage.iter().any(|check| !check.finding.quantities.is_empty()) {
            items.push(PageItem::Heading(format!("Measured: {}", stage[0].stage)));
            items.extend(measured::grids(stage).into_iter().map(PageItem::Grid));
        }
    }
    Page { title: format!("Self-check: {}", verdict(check)), items, ..Page::default() }
}

fn outcomes(check: &SelfCheck) -> Grid {
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
    let of_stage = |checks: &[Check]| GridBlock::from(checks.iter().map(row).collect::<Vec<_>>());
    let blocks = check.checks.chunk_by(|a, b| a.stage == b.stage).map(of_stage).collect();
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
            check("correct", "dense step", Finding::fail("two\nlines").and("distance", 1.5e-7, "")),
        ];
        SelfCheck { subject, checks }
    }

    #[test]
    fn every_check_is_a_line_with_its_outcome_and_every_number_is_shown() {
        let check = self_check();
        for page in [as_text(&check), as_markdown(&check)] {
            let line = |words: &[&str]| {
                page.lines().filter(|line| words.iter().all(|word| line.contains(word))).count()
            };
            assert_eq!(line(&["1 pass, 1 fail, 1 skipped"]), 1, "{page}");
            assert_eq!(line(&["machine", "power", "skipped", "not supported"]), 1, "{page}");
            assert_eq!(line(&["correct", "dense step", "fail", "two lines"]), 1, "{page}");
            assert_eq!(line(&["memory", "free", "79.10 GiB"]), 1, "{page}");
            assert_eq!(line(&["dense step", "distance", "1.5e-7"]), 1, "{page}");
            assert_eq!(line(&["Measured: machine"]), 1, "{page}");
            assert!(page.contains("H100") && page.contains("commit abc"), "{page}");
        }
    }
}
