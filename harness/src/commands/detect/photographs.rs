//! The photographs that a person names: files, and folders of files.

use anyhow::{Context, bail, ensure};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use suites::counted;
use suites::detection::picture::Picture;

/// What the name of a photograph ends in.
const EXTENSIONS: [&str; 3] = ["jpg", "jpeg", "png"];

/// Photographs by their names: those of their files without the extension.
#[derive(Debug)]
pub struct Photographs(Vec<(String, PathBuf)>);

impl Photographs {
    /// The files in `named`, and the photographs directly in its folders, in the order of their names.
    ///
    /// # Errors
    ///
    /// If one is not there, a folder has none, or two have one name.
    pub fn named(named: &[PathBuf]) -> anyhow::Result<Photographs> {
        let mut all: Vec<(String, PathBuf)> = Vec::new();
        for path in named {
            if path.is_dir() {
                all.extend(inside(path)?);
            } else {
                ensure!(path.is_file(), "there is no file {}", path.display());
                all.push((name(path), path.clone()));
            }
        }
        let mut seen: BTreeMap<&str, &Path> = BTreeMap::new();
        for (name, path) in &all {
            if let Some(other) = seen.insert(name, path) {
                bail!(
                    "{} and {} would both be drawn to {name}.png; name one of them in a call of its own",
                    other.display(),
                    path.display()
                );
            }
        }
        Ok(Photographs(all))
    }

    /// Those that can be decoded, and of the others why not.
    ///
    /// # Errors
    ///
    /// If there is none that can.
    pub fn readable(self) -> anyhow::Result<(Photographs, Vec<String>)> {
        let (mut readable, mut faults) = (Vec::new(), Vec::new());
        for (name, file) in self.0 {
            match Picture::open(&file) {
                Ok(_) => readable.push((name, file)),
                Err(cause) => faults.push(format!("{} cannot be read: {cause}", file.display())),
            }
        }
        if let Some(first) = faults.first().filter(|_| readable.is_empty()) {
            let others = match faults.len() - 1 {
                0 => String::new(),
                n => format!("; {} cannot be read either", counted(n, "other", "others")),
            };
            bail!("{first}{others}; name JPEG or PNG files");
        }
        Ok((Photographs(readable), faults))
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Their files.
    pub fn files(&self) -> Vec<PathBuf> {
        self.0.iter().map(|(_, file)| file.clone()).collect()
    }
}

fn inside(folder: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        if path.is_file() && extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str())) {
            found.push((name(&path), path));
        }
    }
    ensure!(!found.is_empty(), "{} has no files .jpg, .jpeg or .png", folder.display());
    found.sort();
    Ok(found)
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that is no photograph is named and keeps no other from being looked at.
    #[test]
    fn what_cannot_be_read_is_left_out_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        std::fs::write(file("good.png"), Picture::new((1, 1), vec![0; 3]).png()).unwrap();
        std::fs::write(file("text.jpg"), "no photograph").unwrap();
        let (readable, faults) = Photographs::named(&[folder.path().into()]).unwrap().readable().unwrap();
        assert_eq!(readable.names().collect::<Vec<_>>(), ["good"]);
        assert!(faults.len() == 1 && faults[0].contains("text.jpg cannot be read"), "{faults:?}");
        let alone = Photographs::named(&[file("text.jpg")]).unwrap().readable().unwrap_err().to_string();
        assert!(alone.contains("text.jpg") && alone.ends_with("name JPEG or PNG files"), "{alone}");
    }

    #[test]
    fn folders_give_their_photographs_and_names_are_unique() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.JPG", "a.png", "notes.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let named = |paths: &[&str]| {
            let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
            Photographs::named(&paths)
        };
        assert_eq!(named(&[""]).unwrap().names().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(named(&["b.JPG"]).unwrap().files(), [folder.path().join("b.JPG")]);
        assert!(named(&["", "a.png"]).unwrap_err().to_string().contains("a.png"));
        assert!(named(&["c.png"]).unwrap_err().to_string().contains("no file"));
        std::fs::create_dir(folder.path().join("empty")).unwrap();
        assert!(named(&["empty"]).unwrap_err().to_string().contains("no files"));
    }
}
