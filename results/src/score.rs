//! What a detector reached on each class, as a page and as CSV.

use records::detection::{Rule, Score};
use records::run_directory::ClassPrecision;

use crate::page::number::{count, plain, share};
use crate::page::{Column, Grid, GridBlock, Page, PageItem, csv, left, markdown, right, text};

/// The score of a detector on a set of photographs.
#[derive(Debug)]
pub struct ScoreSheet {
    title: String,
    rule: Rule,
    classes: Vec<ClassPrecision>,
    /// The means of both columns, percent.
    means: [Option<f64>; 2],
    notes: Vec<String>,
}

impl ScoreSheet {
    /// What `score` says of the classes with these `names`; `notes` are printed below the table.
    pub fn new(score: &Score, names: &[String], mut notes: Vec<String>) -> ScoreSheet {
        let classes = ClassPrecision::of(score, names);
        let rule = score.rule;
        let title = match score.mean() {
            Some(mean) => format!("mAP {:.2} % by the rule {rule}", 100.0 * mean),
            None => format!("no mAP by the rule {rule}: no class has an object to find"),
        };
        notes.insert(0, format!("Rule {rule}: {}", rule.about()));
        let absent: Vec<&str> =
            classes.iter().filter(|class| class.objects == 0).map(|class| class.class.as_str()).collect();
        if !absent.is_empty() {
            let classes = absent.join(", ");
            notes.push(format!("Left out of the means, because they have no object to find: {classes}"));
        }
        let percent = |share: Option<f64>| share.map(|share| 100.0 * share);
        let means = [score.mean_eleven_points(), score.mean_all_points()].map(percent);
        ScoreSheet { title, rule, classes, means, notes }
    }

    /// The page as text for a terminal.
    pub fn text(&self) -> String {
        text::page(&self.page())
    }

    /// The page as Markdown.
    pub fn markdown(&self) -> String {
        markdown::page(&self.page())
    }

    /// A row a class, with the columns of a run's `classes.csv` and the rule, and one of the means.
    pub fn csv(&self) -> String {
        let columns = ["class", "objects", "detections", "ap_11_points", "ap_all_points"].map(left);
        let mut grid = self.grid(columns.into(), "mean", |value| value.to_string(), plain);
        grid.columns.push(left("rule"));
        grid.blocks
            .iter_mut()
            .flat_map(|block| &mut block.rows)
            .for_each(|row| row.push(Some(self.rule.to_string())));
        csv::grid(&grid)
    }

    fn page(&self) -> Page {
        let columns = vec![
            left("Class"),
            right("Objects"),
            right("Detections"),
            right("AP, 11 points (%)"),
            right("AP, all points (%)"),
        ];
        let grid = self.grid(columns, "Mean", count, share);
        let items = vec![PageItem::Grid(grid), PageItem::Notes(self.notes.clone())];
        Page { title: self.title.clone(), items, ..Page::default() }
    }

    fn grid(
        &self,
        columns: Vec<Column>,
        mean: &str,
        whole: fn(u64) -> String,
        percent: fn(f64) -> String,
    ) -> Grid {
        let row = |class: &ClassPrecision| {
            vec![
                Some(class.class.clone()),
                Some(whole(class.objects)),
                Some(whole(class.detections)),
                class.ap_11_points.map(percent),
                class.ap_all_points.map(percent),
            ]
        };
        let sum = |of: fn(&ClassPrecision) -> u64| Some(whole(self.classes.iter().map(of).sum()));
        let last = vec![
            Some(mean.into()),
            sum(|class| class.objects),
            sum(|class| class.detections),
            self.means[0].map(percent),
            self.means[1].map(percent),
        ];
        let classes: Vec<_> = self.classes.iter().map(row).collect();
        Grid { columns, blocks: vec![GridBlock::from(classes), GridBlock::from(vec![last])] }
    }
}

#[cfg(test)]
mod tests {
    use records::detection::{Detection, EvaluatedSet, Truth, average_precision};

    use super::*;

    fn sheet(rule: Rule) -> ScoreSheet {
        let bounds = [1.0, 1.0, 9.0, 9.0];
        let truths = [0, 1].map(|image| Truth { image, class: 1, bounds, difficult: false });
        let found = [(0, 1), (0, 0)].map(|(image, class)| Detection { image, class, score: 0.5, bounds });
        let set = EvaluatedSet { images: 2, classes: 2 };
        let score = average_precision(&truths, &found, set, rule, 0.5).unwrap();
        ScoreSheet::new(&score, &["head".into(), "helmet".into()], vec!["A note".into()])
    }

    #[test]
    fn both_averages_stand_side_by_side_and_the_rule_is_named() {
        let text = sheet(Rule::Voc2007).text();
        let words = |line: &str| line.split_whitespace().map(String::from).collect::<Vec<_>>();
        let lines: Vec<Vec<String>> = text.lines().map(words).collect();
        for row in ["head 0 1 – –", "helmet 2 1 54.55 50.00", "Mean 2 2 54.55 50.00"] {
            assert!(lines.contains(&words(row)), "{row} in\n{text}");
        }
        assert!(text.starts_with("mAP 54.55 % by the rule voc2007\n"), "{text}");
        assert!(text.contains("no object to find: head") && text.contains("A note"), "{text}");
        assert!(sheet(Rule::Voc2010).markdown().starts_with("## mAP 50.00 % by the rule voc2010"));
    }

    #[test]
    fn csv_has_the_columns_of_a_run_and_the_means() {
        let expected = "class,objects,detections,ap_11_points,ap_all_points,rule\n\
            head,0,1,,,smcp\nhelmet,2,1,54.545455,50,smcp\nmean,2,2,54.545455,50,smcp\n";
        assert_eq!(sheet(Rule::Smcp).csv(), expected);
    }
}
