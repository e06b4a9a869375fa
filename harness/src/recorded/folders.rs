//! Several folders of results, with commas between them.

use super::load_named;
use crate::stdio;
use records::Record;
use results::Merged;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The folders that lists with commas name. One whose own name has a comma is taken whole.
pub fn folders(lists: &[PathBuf]) -> Vec<PathBuf> {
    lists.iter().flat_map(|list| split(list)).collect()
}

/// The records of some folders, as [`load_named`] reads each. A trial that is in several is taken from the first; where
/// its record in another differs, that is said.
pub fn load_all_named(outs: &[PathBuf]) -> anyhow::Result<Vec<Record>> {
    let mut merged = Merged::default();
    for out in outs {
        let others = merged.add(load_named(out)?).different;
        if let Some((_, first)) = others.first() {
            stdio::say(format!(
                "warning: {} recorded differently in {} than in a folder named before it, whose records are used: {first}{}",
                suites::counted(others.len(), "trial is", "trials are"),
                out.display(),
                if others.len() > 1 { " and others" } else { "" },
            ));
        }
    }
    Ok(merged.records)
}

fn split(list: &Path) -> Vec<PathBuf> {
    if list.exists() {
        return vec![list.to_path_buf()];
    }
    let parts = list.as_os_str().as_bytes().split(|&byte| byte == b',');
    parts.map(|part| PathBuf::from(OsStr::from_bytes(part))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_a_comma_in_its_name_is_one_and_a_list_is_several() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("a,b");
        assert_eq!(split(&name), [folder.path().join("a"), PathBuf::from("b")]);
        std::fs::create_dir(&name).unwrap();
        assert_eq!(split(&name), [name]);
        let no_text = Path::new(OsStr::from_bytes(b"\xff,c"));
        assert_eq!(split(no_text), [Path::new(OsStr::from_bytes(b"\xff")), Path::new("c")]);
    }

    #[test]
    fn a_trial_in_two_folders_counts_once() {
        let folder = tempfile::tempdir().unwrap();
        let outs = ["a", "b"].map(|name| folder.path().join(name));
        let rows = concat!(env!("CARGO_MANIFEST_DIR"), "/../results/recorded/cifar10-pilot-cpu/records.csv");
        for out in &outs {
            std::fs::create_dir(out).unwrap();
            std::fs::copy(rows, out.join("records.csv")).unwrap();
        }
        let one = load_all_named(&outs[..1]).unwrap();
        assert!(!one.is_empty());
        assert_eq!(load_all_named(&outs).unwrap().len(), one.len());
        let missing = load_all_named(&[outs[0].clone(), folder.path().join("c")]).unwrap_err().to_string();
        assert!(missing.contains("there is no folder"), "{missing}");
    }
}
