//! Where the data are: the folders `VOC2007`, `VOC2012` and so on of a `VOCdevkit`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{CLASSES, VocError};
use crate::DataFileError;
use crate::regular_file::is_folder;

/// The folder that the publisher's archives unpack into.
pub(super) const DEVKIT: &str = "VOCdevkit";
const LISTS: &str = "ImageSets/Main";
/// Extensions of photographs, compared without regard to case.
const EXTENSIONS: [&str; 3] = ["jpg", "jpeg", "png"];

/// The folders of a devkit.
#[derive(Debug)]
pub(super) struct Devkit {
    /// What the user named.
    pub named: PathBuf,
    /// The folder that holds them.
    root: PathBuf,
    /// Their names, sorted. A folder is one that has lists.
    pub folders: Vec<String>,
}

impl Devkit {
    /// Finds the devkit in `dir`: the folder that holds `VOCdevkit`, that folder itself, or a single one in it.
    pub fn locate(dir: &Path) -> Result<Devkit, VocError> {
        if !is_folder(dir)? {
            return Err(VocError::NotThere { dir: dir.into() });
        }
        let named = dir.to_path_buf();
        if is_folder(&dir.join(LISTS))? {
            let single = dir.canonicalize().map_err(DataFileError::when("find", dir))?;
            if let (Some(root), Some(name)) = (single.parent(), single.file_name()) {
                let folders = vec![utf8(dir, name)?];
                return Ok(Devkit { named, root: root.into(), folders });
            }
        }
        let root = dir.join(DEVKIT);
        let root = if is_folder(&root)? { root } else { named.clone() };
        let mut folders = Vec::new();
        for name in names(&root)? {
            if is_folder(&root.join(&name).join(LISTS))? {
                folders.push(name);
            }
        }
        if folders.is_empty() {
            Err(VocError::NoDevkit { dir: named })
        } else {
            Ok(Devkit { named, root, folders })
        }
    }

    /// Where files that say more of the set are looked for: the folder that holds `VOCdevkit`, the folder that holds
    /// the others, and the only one, if it is.
    pub fn homes(&self) -> Vec<PathBuf> {
        let holder = self.root.parent().filter(|_| self.root.ends_with(DEVKIT));
        let single = match self.folders.as_slice() {
            [folder] => Some(self.root.join(folder)),
            _ => None,
        };
        let above = holder.map(Path::to_path_buf).into_iter().chain([self.root.clone()]);
        above.chain(single).collect()
    }

    /// The file of the list `list` of `folder`.
    pub fn list(&self, folder: &str, list: &str) -> PathBuf {
        self.root.join(folder).join(LISTS).join(format!("{list}.txt"))
    }

    /// The names of the lists of `folder`, sorted, without those of PASCAL VOC's single classes, such as `cat_train`.
    pub fn lists(&self, folder: &str) -> Result<Vec<String>, VocError> {
        let names = names(&self.root.join(folder).join(LISTS))?;
        let lists = names.iter().filter_map(|name| name.strip_suffix(".txt"));
        let of_class = |name: &str| name.split_once('_').is_some_and(|(class, _)| CLASSES.contains(&class));
        Ok(lists.filter(|name| !of_class(name)).map(String::from).collect())
    }

    /// The annotation of the image called `name` in `folder`.
    pub fn annotation(&self, folder: &str, name: &str) -> PathBuf {
        self.root.join(folder).join("Annotations").join(format!("{name}.xml"))
    }

    /// The names of the images of `folder` that have an annotation.
    pub fn annotations(&self, folder: &str) -> Result<Vec<String>, VocError> {
        let annotations = self.root.join(folder).join("Annotations");
        let names = if is_folder(&annotations)? { names(&annotations)? } else { Vec::new() };
        Ok(names.iter().filter_map(|name| name.strip_suffix(".xml")).map(String::from).collect())
    }

    /// The folder of the photographs of `folder`.
    pub fn photographs(&self, folder: &str) -> PathBuf {
        self.root.join(folder).join("JPEGImages")
    }

    /// The photographs of `folder`: the files for each name, of which there should be one.
    pub fn photograph_files(&self, folder: &str) -> Result<HashMap<String, Vec<String>>, VocError> {
        let mut files: HashMap<String, Vec<String>> = HashMap::new();
        let photographs = self.photographs(folder);
        // Without the folder, every image of a list is missing, which is said there.
        for file in if is_folder(&photographs)? { names(&photographs)? } else { Vec::new() } {
            if let Some((name, extension)) = file.rsplit_once('.')
                && EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
            {
                files.entry(name.to_owned()).or_default().push(file.clone());
            }
        }
        Ok(files)
    }
}

/// The names in a folder, sorted, without hidden ones: macOS leaves files that begin with `._` beside its own.
fn names(folder: &Path) -> Result<Vec<String>, VocError> {
    let failed = || DataFileError::when("read the folder", folder);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed())? {
        let name = entry.map_err(failed())?.file_name();
        if !name.as_encoded_bytes().starts_with(b".") {
            names.push(utf8(folder, &name)?);
        }
    }
    names.sort();
    Ok(names)
}

fn utf8(folder: &Path, name: &std::ffi::OsStr) -> Result<String, VocError> {
    name.to_str().map(String::from).ok_or_else(|| VocError::Name { path: folder.join(name) })
}
