//! The self-checks that lie in the folders, each with its outcomes and what it measured.

use records::SelfCheck;

use crate::self_check;

use super::html::Html;
use super::page_items;
use super::source::Sources;

/// Writes the section, if there is a self-check.
pub fn write(html: &mut Html, sources: &Sources) {
    if sources.self_checks.is_empty() {
        return;
    }
    html.element("section", &[("id", "self-checks"), ("aria-labelledby", "self-checks-title")], |html| {
        html.leaf("h2", &[("id", "self-checks-title")], "Self-checks");
        for (folder, check) in &sources.self_checks {
            one(html, &folder.display().to_string(), check);
        }
    });
}

fn one(html: &mut Html, folder: &str, check: &SelfCheck) {
    let page = self_check::page(check);
    html.leaf("h3", &[], &page.title);
    html.leaf("p", &[], &format!("Recorded in {folder}."));
    page_items::write(html, "h4", folder, "", &page.items);
}
