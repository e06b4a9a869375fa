//! The last self-checks, and how to make one.

use super::Finding;
use records::SelfCheck;
use records::self_check::Outcome;
use std::path::Path;

/// What came out of every self-check in the folder of results; how to make one where there is none.
pub fn findings(out: &Path) -> Vec<Finding> {
    let folders = SelfCheck::folders(out);
    if folders.is_empty() {
        let command =
            "none yet; `harness selfcheck` says in minutes whether everything computes what it should";
        return vec![Finding::note("selfcheck", command)];
    }
    folders.iter().map(|folder| finding(folder)).collect()
}

fn finding(folder: &Path) -> Finding {
    let check = match SelfCheck::read(folder) {
        Ok(Some(check)) => check,
        Ok(None) => return Finding::note("selfcheck", format!("{} is gone", folder.display())),
        Err(error) => return Finding::note("selfcheck", error.to_string()),
    };
    let (verdict, subject) = (results::self_check::verdict(&check), &check.subject);
    let text =
        format!("{}, commit {}: {verdict} (in {})", subject.device_name, subject.commit, folder.display());
    match check.count(Outcome::Fail) {
        0 => Finding::ok("selfcheck", text),
        _ => Finding::note("selfcheck", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_folder_without_one_names_the_command_and_a_damaged_one_the_remedy() {
        let out = tempfile::tempdir().unwrap();
        let none = findings(out.path());
        assert!(none.len() == 1 && none[0].text.contains("harness selfcheck"));
        let folder = out.path().join("selfcheck-x");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join(records::self_check::FILE), "{").unwrap();
        let damaged = findings(out.path());
        assert!(damaged.len() == 1 && damaged[0].level == Level::Note, "{}", damaged[0].text);
        assert!(damaged[0].text.contains("damaged"), "{}", damaged[0].text);
    }
}
