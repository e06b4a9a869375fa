//! `harness score`: the average precision of any detector.

use super::data::Reading;
use crate::detections::{Detections, Names};
use crate::stdio;
use anyhow::{anyhow, bail};
use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use records::detection::{MATCHING_OVERLAP, Rule, Truth, average_precision};
use results::score::ScoreSheet;
use std::path::PathBuf;
use suites::detection::{AnnotatedPhotograph, AnnotatedPhotographs, Bounds, Object};
use suites::recipe::{DetectionTask, Task};
use suites::{SUITES, Suite, ToDetect, counted};
use trial::Exit;

/// Score the detections of any detector: average precision of every class, and the mean
///
/// Detections are the text files of the VOC devkit, one a class, called comp3_det_test_CLASS.txt or CLASS.txt, with
/// lines of `image score xmin ymin xmax ymax`; or one JSON file with an array of objects
/// {"image": "000001", "class": "dog", "score": 0.91, "box": [48, 240, 195, 371]}. An image is its file's name
/// without the extension. Boxes are xmin, ymin, xmax, ymax in pixels of the photograph; the first pixel is 1, and
/// the last one belongs to the box. Difficult objects count neither way.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The suite and its data
    #[command(flatten)]
    reading: Reading,
    /// Files of detections, or a folder of the text files
    #[arg(required = true, value_name = "DETECTIONS")]
    detections: Vec<PathBuf>,
    /// How average precision is computed [default: the suite's]
    #[arg(long, value_name = "RULE", value_parser = rules())]
    rule: Option<Rule>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ScoreFormat,
}

const EXAMPLES: &str = "\
Examples:
  harness score voc results/VOC2007/Main --data /datasets/VOC
  harness score voc detections.json --rule voc2010 --format csv
  harness score voc detections.json --data helmets --set classes=helmet,head --set test_list=val";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ScoreFormat {
    /// Aligned columns
    Text,
    /// Markdown
    Md,
    /// One row per class, and one of the means
    Csv,
}

fn rules() -> impl TypedValueParser<Value = Rule> {
    PossibleValuesParser::new(Rule::NAMES.iter().copied()).try_map(|name| name.parse::<Rule>())
}

impl Arguments {
    /// Prints the score.
    pub fn run(self) -> anyhow::Result<Exit> {
        let (suite, settings) = (self.reading.choice.suite()?, self.reading.settings()?);
        let Task::Detection(DetectionTask { rule, .. }) = (suite.recipe)(&settings).task else {
            bail!("suite {} has no objects to detect{}", suite.name, others());
        };
        let folder = self.reading.choice.folder()?;
        let ToDetect { photographs: set, notes: of_data } =
            suite.data.to_detect(&folder, &settings).map_err(|error| anyhow!(error))?;
        let names = Names::of(&set)?;
        let read = Detections::read(&self.detections, &names)?;
        let truths = truths(&set);
        let rule = self.rule.unwrap_or(rule);
        let score = average_precision(&truths, &read.detections, names.set(), rule, MATCHING_OVERLAP)?;
        let mut notes = vec![what_was_scored(&set, &truths)];
        notes.extend(of_data);
        let scored = score.classes.iter().zip(&names.classes).filter(|(class, _)| class.objects > 0);
        let without: Vec<&str> = scored
            .map(|(_, name)| name.as_str())
            .filter(|name| read.missing.iter().any(|m| m == name))
            .collect();
        if !without.is_empty() {
            let classes = without.join(", ");
            notes.push(format!("Without a file, so that their average precision is 0: {classes}"));
        }
        let sheet = ScoreSheet::new(&score, &names.classes, notes);
        stdio::show(&match self.format {
            ScoreFormat::Text => sheet.text(),
            ScoreFormat::Md => sheet.markdown(),
            ScoreFormat::Csv => sheet.csv(),
        })?;
        Ok(Exit::Done)
    }
}

/// The objects of the set in the order of its photographs.
fn truths(set: &AnnotatedPhotographs) -> Vec<Truth> {
    let of_photograph = |(photograph, image): (&AnnotatedPhotograph, u32)| {
        let truth = move |object: &Object| {
            let Bounds { xmin, ymin, xmax, ymax } = object.bounds;
            let bounds = [xmin, ymin, xmax, ymax];
            Truth { image, class: object.class, bounds, difficult: object.difficult }
        };
        photograph.objects.iter().map(truth).collect::<Vec<_>>()
    };
    set.photographs.iter().zip(0..).flat_map(of_photograph).collect()
}

fn what_was_scored(set: &AnnotatedPhotographs, truths: &[Truth]) -> String {
    let difficult = truths.iter().filter(|truth| truth.difficult).count();
    let ones = if difficult == 1 { "one, which counts" } else { "ones, which count" };
    format!(
        "{} with {} to find, and {difficult} difficult {ones} neither way",
        counted(set.len(), "photograph", "photographs"),
        counted(truths.len() - difficult, "object", "objects")
    )
}

/// The suites that detect objects, as a remedy.
fn others() -> String {
    let detects = |suite: &&Suite| matches!(suite.published_recipe().task, Task::Detection(_));
    let names: Vec<&str> = SUITES.iter().filter(detects).map(|suite| suite.name).collect();
    if names.is_empty() { String::new() } else { format!("; name one that has: {}", names.join(", ")) }
}
