//! `harness detect`: what the detector of a run sees in photographs.

mod photographs;

use crate::device::DeviceChoice;
use crate::recorded::finished_run;
use crate::stdio;
use crate::worker_client::{Worker, ask};
use anyhow::{Context, bail, ensure};
use photographs::Photographs;
use records::detection::NamedDetection;
use records::write_atomically;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use suites::counted;
use suites::detection::Bounds;
use suites::detection::picture::{Mark, Picture};
use trial::protocol::{DetectAnswer, DetectJob, DetectedPhotograph};
use trial::{Event, Exit, Job};

/// The file with all detections.
const DETECTIONS: &str = "detections.json";

/// Look for objects in photographs with the detector of a run
///
/// Writes every photograph as NAME.png with the boxes drawn, and all detections to detections.json, which
/// `harness score` reads: also those with too low a score to be drawn.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Run directory, or the key of a run
    run: String,
    /// Photographs (JPEG or PNG), or folders of them; what cannot be read is named and left out
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
    /// Folder for the results; nothing in it is replaced
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Lowest score of a box that is drawn
    #[arg(long, value_name = "SCORE", default_value = "0.4", value_parser = score)]
    least_score: f64,
    /// Device: auto, cpu or cuda:N
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// CPU threads [default: all cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Folder of the results, where keys are looked up
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  harness detect 3f170b44a26a6b7c street.jpg --into seen
  harness detect runs/runs/3f170b44a26a6b7c photographs --into seen --least-score 0.2";

fn score(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|score| (0.0..=1.0).contains(score));
    share.ok_or_else(|| format!("`{text}` is not a score; write a number from 0 to 1"))
}

impl Arguments {
    /// Detects, draws and writes.
    pub fn run(self) -> anyhow::Result<Exit> {
        let run = finished_run(&self.run, &self.out)?;
        let classes: Vec<String> = run.classes().rows.into_iter().map(|class| class.class).collect();
        ensure!(
            !classes.is_empty(),
            "{} has no classes.csv: it is not a finished run of a detector; name another run",
            run.path().display()
        );
        let (photographs, faults) = Photographs::named(&self.images)?.readable()?;
        faults.iter().for_each(|fault| stdio::say(format!("warning: {fault}; it is left out")));
        for name in photographs.names().map(picture_file).chain([DETECTIONS.into()]) {
            let file = self.into.join(name);
            ensure!(!file.exists(), "{} exists; choose another folder with --into", file.display());
        }
        let worker = Worker::default();
        let job = DetectJob {
            run: run.path().into(),
            photographs: photographs.files(),
            device: worker.device(self.device)?,
            threads: self.threads.map_or_else(crate::jobs::cores, usize::from),
        };
        let answer = ask(&worker.path()?, &Job::Detect(job), || false, |_| Ok(()))?;
        let Some(Event::Detections(answer)) = answer else {
            bail!("the worker gave an unexpected answer; build program and worker from one commit");
        };
        std::fs::create_dir_all(&self.into).with_context(|| {
            format!("cannot make the folder {}; choose another with --into", self.into.display())
        })?;
        for (name, photograph) in photographs.names().zip(&answer.photographs) {
            self.draw(name, photograph, &classes)?;
        }
        self.write_detections(&photographs, &answer, &classes)?;
        stdio::say(format!(
            "{} and {DETECTIONS} are in {}",
            counted(answer.photographs.len(), "photograph", "photographs"),
            self.into.display()
        ));
        Ok(Exit::Done)
    }

    fn draw(&self, name: &str, photograph: &DetectedPhotograph, classes: &[String]) -> anyhow::Result<()> {
        let mut picture = Picture::open(&photograph.file)
            .with_context(|| format!("{} can no longer be read", photograph.file.display()))?;
        let drawn = photograph.objects.iter().filter(|object| object.score >= self.least_score);
        let marks: Vec<Mark> = drawn
            .map(|object| {
                let [xmin, ymin, xmax, ymax] = object.bounds;
                let name = class_name(classes, object.class);
                let bounds = Bounds { xmin, ymin, xmax, ymax };
                Mark { class: object.class, name, score: Some(object.score), bounds }
            })
            .collect();
        picture.mark(&marks);
        Ok(write_atomically(&self.into.join(picture_file(name)), &picture.png())?)
    }

    fn write_detections(
        &self,
        photographs: &Photographs,
        answer: &DetectAnswer,
        classes: &[String],
    ) -> anyhow::Result<()> {
        let mut all: Vec<NamedDetection> = Vec::new();
        for (name, photograph) in photographs.names().zip(&answer.photographs) {
            all.extend(photograph.objects.iter().map(|object| NamedDetection {
                image: name.into(),
                class: class_name(classes, object.class),
                score: object.score,
                bounds: object.bounds,
            }));
        }
        // A line each, so that a person can read the file and a comparison shows what changed.
        let lines: Vec<String> = all.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        let text = format!("[\n{}\n]\n", lines.join(",\n"));
        Ok(write_atomically(&self.into.join(DETECTIONS), text.as_bytes())?)
    }
}

fn picture_file(name: &str) -> String {
    format!("{name}.png")
}

/// The name of a class; a run whose files do not fit each other still shows its boxes.
fn class_name(classes: &[String], class: u32) -> String {
    classes.get(class as usize).cloned().unwrap_or_else(|| format!("class {class}"))
}
