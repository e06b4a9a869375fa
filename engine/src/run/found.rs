//! What a detection leaves beside its record: precision class by class, the curves behind it, and a look at
//! some photographs.

use super::{RunError, Training};
use crate::objective::Found;
use records::run_directory::{ClassPrecision, PrecisionRecall};
use records::{RunDirectory, files, write_atomically};
use suites::detection::picture::{Mark, Picture, contact_sheet};
use suites::detection::{AnnotatedPhotographs, Bounds};

/// Photographs on the sheet of examples.
const EXAMPLES: usize = 6;
/// Photographs beside each other.
const COLUMNS: usize = 3;
/// Side of each in pixels.
const SIDE: u32 = 320;
/// Least score of a detection that is drawn.
const DRAWN: f64 = 0.4;

impl Training<'_> {
    /// Writes what the last evaluation found; gives the names of the files.
    pub(super) fn save_found(&self) -> Result<Vec<&'static str>, RunError> {
        let (Some(found), Some(photographs)) = (&self.found, self.test.annotated()) else {
            return Ok(Vec::new());
        };
        let run = &self.options.run;
        run.write_rows(&ClassPrecision::of(&found.score, &photographs.classes))?;
        run.write_rows(&PrecisionRecall::of(&found.score, &photographs.classes))?;
        let mut names = vec![files::CLASSES, files::PRECISION_RECALL];
        names.extend(save_examples(run, found, photographs)?);
        Ok(names)
    }
}

/// Draws what was found in some photographs, evenly spaced among those that can be read; the name of the file.
fn save_examples(
    run: &RunDirectory,
    found: &Found,
    photographs: &AnnotatedPhotographs,
) -> Result<Option<&'static str>, RunError> {
    let step = photographs.len().div_ceil(EXAMPLES).max(1);
    let pictures: Vec<(Picture, Vec<Mark>)> = (0..photographs.len())
        .step_by(step)
        .filter_map(|image| {
            let picture = Picture::open(&photographs.photographs[image].file).ok()?;
            Some((picture, marks(found, photographs, image)))
        })
        .collect();
    if pictures.is_empty() {
        return Ok(None);
    }
    write_atomically(&run.file(files::EXAMPLES), &contact_sheet(&pictures, COLUMNS, SIDE).png())?;
    Ok(Some(files::EXAMPLES))
}

/// What was found in photograph `image` and what is there, as it is drawn.
fn marks(found: &Found, photographs: &AnnotatedPhotographs, image: usize) -> Vec<Mark> {
    let mark = |class: u32, score: Option<f64>, bounds: Bounds| {
        let name = photographs.classes[class as usize].clone();
        Mark { class, name, score, bounds }
    };
    let objects = photographs.photographs[image].objects.iter();
    let annotated = objects.map(|object| mark(object.class, None, object.bounds));
    let detections = found.detections.iter().filter(|found| found.image as usize == image);
    let drawn = detections.filter(|found| found.score >= DRAWN).map(|found| {
        let [xmin, ymin, xmax, ymax] = found.bounds;
        mark(found.class, Some(found.score), Bounds { xmin, ymin, xmax, ymax })
    });
    annotated.chain(drawn).collect()
}
