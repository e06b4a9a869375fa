//! The names of the classes: those of PASCAL VOC, or one's own.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sparsity::Settings;

use super::VocError;
use super::lists::AUTOMATIC;
use crate::{DataFileError, regular_file};

/// The classes of PASCAL VOC. A network's class is an index into them; its background is none of them.
pub const CLASSES: [&str; 20] = [
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
];

/// The file that names classes, one a line.
pub(super) const CLASSES_FILE: &str = "classes.txt";

/// The classes in their order: those of the setting, else those of the file [`CLASSES_FILE`] in the first of `folders`
/// that has one, else those of PASCAL VOC.
pub(super) fn classes(settings: &Settings, folders: &[PathBuf]) -> Result<Vec<String>, VocError> {
    let named = settings.names("classes");
    if named != [AUTOMATIC] {
        return Ok(named);
    }
    for file in folders.iter().map(|folder| folder.join(CLASSES_FILE)) {
        match regular_file::read_to_string(&file) {
            Ok(text) => return listed(&file, &text),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) if error.kind() == ErrorKind::InvalidData => return Err(VocError::NotText { file }),
            Err(error) => return Err(DataFileError::when("read", &file)(error).into()),
        }
    }
    Ok(CLASSES.map(String::from).into())
}

fn listed(file: &Path, text: &str) -> Result<Vec<String>, VocError> {
    let fault =
        |line: usize, cause: &str| VocError::ClassesFile { file: file.into(), line, cause: cause.into() };
    let mut names: Vec<String> = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, name) in (1..).zip(text.lines().map(str::trim)) {
        if names.iter().any(|other| other == name) {
            return Err(fault(line, &format!("`{name}` is named twice")));
        }
        if !name.is_empty() {
            names.push(name.to_owned());
        }
    }
    if names.is_empty() { Err(fault(1, "it names no class")) } else { Ok(names) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_a_class_a_line() {
        let file = Path::new("classes.txt");
        assert_eq!(listed(file, "\u{feff}helmet\r\n\n head\n").unwrap(), ["helmet", "head"]);
        let refused = |text| listed(file, text).unwrap_err().to_string();
        assert!(refused("head\nhelmet\nhead\n").starts_with("classes.txt:3: `head` is named twice"));
        assert!(refused("\n").starts_with("classes.txt:1: it names no class"));
    }

    #[test]
    fn the_classes_of_pascal_are_in_alphabetical_order() {
        assert!(CLASSES.is_sorted());
    }
}
