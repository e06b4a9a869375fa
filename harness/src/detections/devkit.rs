//! The text files of the VOC devkit: one a class, named after it, a detection a line.

use super::{Detections, Faults, Names, text};
use records::detection::Detection;
use std::path::{Path, PathBuf};

/// Reads the files; each is that of one class.
pub fn read(files: &[PathBuf], names: &Names, faults: &mut Faults) -> anyhow::Result<Detections> {
    let mut detections = Vec::new();
    let mut of_class: Vec<Option<&PathBuf>> = vec![None; names.classes.len()];
    for file in files {
        match class(file, names) {
            Ok(class) => match of_class[class as usize].replace(file) {
                None => lines(file, &text(file)?, class, names, &mut detections, faults),
                Some(other) => {
                    faults.add(file, 1, format!("the class has another file, {}", other.display()));
                }
            },
            Err(problem) => faults.add(file, 1, problem),
        }
    }
    let missing = of_class.iter().zip(&names.classes).filter(|(file, _)| file.is_none());
    Ok(Detections { missing: missing.map(|(_, class)| class.clone()).collect(), detections })
}

/// The class that a file is named after: `CLASS.txt`, or `comp3_det_LIST_CLASS.txt` as the devkit has it. A class
/// whose name is the end of another one's is not mistaken for it.
fn class(file: &Path, names: &Names) -> Result<u32, String> {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let is_of = |class: &str| {
        let list = name.strip_suffix(class).and_then(|start| start.strip_suffix('_'));
        *name == *class || list.is_some_and(|start| start.contains("_det_"))
    };
    let longest = names.classes.iter().filter(|class| is_of(class)).max_by_key(|class| class.len());
    match longest {
        Some(class) => names.class(class),
        None => names.class(&name).map_err(|problem| {
            format!("{problem}; a file of detections is called CLASS.txt or comp3_det_LIST_CLASS.txt")
        }),
    }
}

fn lines(
    file: &Path,
    text: &str,
    class: u32,
    names: &Names,
    detections: &mut Vec<Detection>,
    faults: &mut Faults,
) {
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        match detection(line, class, names) {
            Ok(found) => detections.push(found),
            Err(problem) => faults.add(file, number, problem),
        }
    }
}

/// Reads `image score xmin ymin xmax ymax`.
fn detection(line: &str, class: u32, names: &Names) -> Result<Detection, String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [image, score, bounds @ ..] = fields.as_slice() else { return Err(malformed(&fields)) };
    let bounds = <[&str; 4]>::try_from(bounds).map_err(|_| malformed(&fields))?;
    let number = |text: &str| text.parse::<f64>().map_err(|_| format!("`{text}` is not a number"));
    let [left, top, right, bottom] = bounds;
    let bounds = [number(left)?, number(top)?, number(right)?, number(bottom)?];
    names.detection_of(class, image, number(score)?, bounds)
}

fn malformed(fields: &[&str]) -> String {
    format!("has {} fields where a detection is `image score xmin ymin xmax ymax`", fields.len())
}
