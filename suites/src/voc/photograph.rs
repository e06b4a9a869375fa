//! One image of a list with all that is known of it: its file, its size, its objects, and what of its annotation
//! cannot be used.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::VocError;
use super::annotation::{self, ObjectFault, RejectedObject};
use super::devkit::Devkit;
use super::image_list::Listed;
use crate::detection::{AnnotatedPhotograph, Object};
use crate::photographs::size_of;
use crate::{DataFileError, regular_file};

/// An image of a list, looked at but not decoded.
pub(super) struct Looked {
    pub listed: Listed,
    pub photograph: AnnotatedPhotograph,
    /// Size of its file.
    pub bytes: u64,
    pub annotation: PathBuf,
    /// Of the annotation's content.
    pub hash: blake3::Hash,
    /// The classes of objects that are of none of the set's classes.
    pub unknown: Vec<String>,
    /// Objects of the set's classes that cannot be used.
    pub rejected: Vec<RejectedObject>,
    /// The width and height that the annotation says, where they are not the photograph's.
    pub misstated: Option<(f64, f64)>,
}

/// What images are looked for in: the files of a folder by their names, and the classes by theirs.
pub(super) struct Index<'a> {
    pub devkit: &'a Devkit,
    /// For each folder.
    pub files: HashMap<String, HashMap<String, Vec<String>>>,
    pub classes: HashMap<&'a str, u32>,
}

impl Index<'_> {
    /// Looks at an image.
    pub fn look(&self, listed: &Listed) -> Result<Looked, VocError> {
        let (list, line, name) = (&listed.file, listed.line, &listed.name);
        let file = self.file(listed)?;
        let size = size_of(&file).map_err(|cause| {
            let image = file.clone();
            VocError::Image { file: list.clone(), line, image, cause }
        })?;
        let bytes = fs::metadata(&file).map_err(DataFileError::when("read", &file))?.len();
        let path = self.devkit.annotation(&listed.folder, name);
        let content = regular_file::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                let (file, name, annotation) = (list.clone(), name.clone(), path.clone());
                VocError::NoAnnotation { file, line, name, annotation }
            }
            _ => DataFileError::when("read", &path)(error).into(),
        })?;
        let said = annotation::parse(&content).map_err(|fault| {
            let file = path.clone();
            VocError::Annotation { file, line: fault.line, cause: fault.cause }
        })?;
        let mut looked = Looked {
            listed: listed.clone(),
            photograph: AnnotatedPhotograph { name: name.clone(), file, size, objects: Vec::new() },
            bytes,
            annotation: path,
            hash: blake3::hash(&content),
            unknown: Vec::new(),
            rejected: Vec::new(),
            misstated: said.size.filter(|said| *said != (size.0.into(), size.1.into())),
        };
        for object in said.objects {
            let Some(&class) = self.classes.get(object.class.as_str()) else {
                looked.unknown.push(object.class);
                continue;
            };
            match annotation::within(object.bounds, size) {
                Some(bounds) => {
                    looked.photograph.objects.push(Object { class, bounds, difficult: object.difficult });
                }
                None => {
                    let fault = ObjectFault::Outside(size.0, size.1);
                    looked.rejected.push(RejectedObject { place: object.place, class: object.class, fault });
                }
            }
        }
        for object in said.rejected {
            match object.class.is_empty() || self.classes.contains_key(object.class.as_str()) {
                true => looked.rejected.push(object),
                false => looked.unknown.push(object.class),
            }
        }
        looked.rejected.sort_by_key(|object| object.place.object);
        Ok(looked)
    }

    /// The file of the photograph.
    fn file(&self, listed: &Listed) -> Result<PathBuf, VocError> {
        let folder = self.devkit.photographs(&listed.folder);
        let (file, line, name) = (listed.file.clone(), listed.line, listed.name.clone());
        match self.files.get(&listed.folder).and_then(|files| files.get(&name)).map(Vec::as_slice) {
            None | Some([]) => Err(VocError::NoImage { file, line, name, folder }),
            Some([only]) => Ok(folder.join(only)),
            Some(several) => {
                Err(VocError::ManyImages { file, line, name, files: several.join(", "), folder })
            }
        }
    }
}

impl Looked {
    /// The rejected objects, each with the file and line.
    pub fn faults(&self) -> impl Iterator<Item = String> {
        self.rejected
            .iter()
            .map(|object| format!("{}:{}: {object}", self.annotation.display(), object.place.line))
    }
}
