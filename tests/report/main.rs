//! `harness report` over what is recorded, and its page in a real browser.

mod browser;

use browser::Browser;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn harness(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(arguments).current_dir(folder).output().unwrap()
}

/// The folders of results that come with the project.
fn recorded() -> Vec<String> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results/recorded").canonicalize().unwrap();
    let folders = fs::read_dir(all).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = folders.filter(|folder| folder.join("records.csv").exists()).collect();
    folders.sort();
    folders.iter().map(|folder| folder.display().to_string()).collect()
}

/// Copies of them whose records are of today's revisions, so that tables and figures show them.
fn of_today(folder: &TempDir) -> Vec<String> {
    let copy = |(at, from): (usize, String)| {
        let to = folder.path().join(format!("recorded-{at}"));
        copy_all(Path::new(&from), &to);
        let store = records::Store::new(&to);
        for mut record in store.load().unwrap().records {
            let method = trial::registry::method(&record.method).unwrap();
            let profile = suites::suite(&record.suite).unwrap().preset(&record.profile).unwrap();
            record.method_revision = Some(method.revision.into());
            record.profile_revision = Some(profile.revision.into());
            let run = records::RunDirectory::of(&to, &record.key);
            if let Ok(marker) = fs::read_to_string(run.path().join("COMMITTED")) {
                // A row is held against the record of its run, and that against the marker.
                run.write_json("record.json", &record).unwrap();
                let named = marker.lines().filter_map(|line| Some(line.split_once("  ")?.1));
                run.commit(&named.filter(|name| *name != "COMMITTED").collect::<Vec<_>>()).unwrap();
            }
            store.upsert(&record).unwrap();
        }
        to.display().to_string()
    };
    recorded().into_iter().enumerate().map(copy).collect()
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy_all(&path, &to),
            false => assert!(fs::copy(&path, &to).is_ok(), "{path:?}"),
        }
    }
}

/// The page of some folders.
fn page(folder: &TempDir, folders: &[String]) -> PathBuf {
    let page = folder.path().join("page.html");
    let output = harness(folder.path(), &["report", "--out", &folders.join(","), "--to", "page.html"]);
    let (said, warned) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), said.trim()), (Some(0), "page.html"), "{warned}");
    page
}

#[test]
fn the_page_has_every_recorded_trial() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(page(&folder, &recorded())).unwrap();
    for out in recorded() {
        for record in records::Store::new(Path::new(&out)).load().unwrap().records {
            assert!(text.contains(&format!("id=\"run-{}\"", record.key)), "{} of {out}", record.key);
        }
    }
    let left: Vec<_> = folder.path().read_dir().unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn the_page_stands_in_the_first_folder_unless_told_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("runs")).unwrap();
    let from = Path::new(&recorded()[0]).join("records.csv");
    fs::copy(from, folder.path().join("runs/records.csv")).unwrap();
    let output = harness(folder.path(), &["report"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "runs/report.html\n");
    assert!(folder.path().join("runs/report.html").exists());
}

#[test]
fn without_records_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let output = harness(folder.path(), &["report", "--out", "mistyped"]);
    let warned = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(warned.contains("nothing is recorded in mistyped") && warned.contains("--out"), "{warned}");
    assert!(folder.path().read_dir().unwrap().next().is_none());
}

#[test]
fn where_every_row_is_left_out_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let rows = fs::read_to_string(Path::new(&recorded()[0]).join("records.csv")).unwrap();
    let ten_epochs = |(at, row): &(usize, &str)| *at == 0 || row.contains(",9.99936,");
    let rows: Vec<&str> = rows.lines().enumerate().filter(ten_epochs).map(|(_, row)| row).collect();
    assert!(rows.len() > 3);
    let damaged = rows.join("\n").replace(",9.99936,", ",NaN,") + "\n";
    fs::write(folder.path().join("records.csv"), damaged).unwrap();
    let output = harness(folder.path(), &["report", "--out", "."]);
    let warned = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{warned}");
    let said = warned.lines().last().unwrap();
    assert!(
        said.contains(&format!("all {} lines", rows.len() - 1))
            && said.contains("NaN is not a finite number"),
        "{warned}"
    );
    assert!(!folder.path().join("report.html").exists());
}

#[test]
fn a_trial_in_two_folders_is_shown_and_not_left_out() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["first", "second"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        let from = Path::new(&recorded()[0]).join("records.csv");
        fs::copy(from, folder.path().join(name).join("records.csv")).unwrap();
    }
    let output = harness(folder.path(), &["report", "--out", "first,second"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("note: Recorded in second") && !said.contains("left out"), "{said}");
}

#[test]
fn the_page_works_in_a_browser() {
    let Some(program) = browser::find() else {
        eprintln!("skipped: no browser; install Chromium, or name one as HARNESS_BROWSER");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let page = page(&folder, &of_today(&folder));
    let mut browser = Browser::start(&program);
    browser.open(&page);
    the_first_key_skips_to_the_content(&mut browser);
    the_findings_come_first(&mut browser);
    what_was_measured_fits_the_page(&mut browser);
    rows_are_sorted_by_click_and_by_key(&mut browser);
    records_are_filtered(&mut browser);
    a_key_opens_its_run(&mut browser);
    only_what_scrolls_is_a_stop_of_the_tab_key(&mut browser);
    everything_has_a_name(&mut browser);
    texts_stand_out_in_light_and_dark(&mut browser);
    it_fits_a_phone(&mut browser);
    it_prints(&mut browser);
    assert_eq!(browser.complaints, Vec::<Value>::new());
    all_of_it_is_there_without_the_script(&mut browser, &page);
}

fn the_first_key_skips_to_the_content(browser: &mut Browser) {
    browser.press("Tab", 9, "");
    assert_eq!(browser.evaluate("document.activeElement.className"), "skip");
    browser.press("Enter", 13, "\r");
    assert_eq!(browser.evaluate("document.activeElement.id"), "main");
}

/// The numbers of a column of the records, from top to bottom; runs of another task have none.
fn accuracies(browser: &mut Browser) -> Vec<f64> {
    let cells = browser.evaluate(
        "[...document.querySelectorAll('#records tbody tr')].map((row) => Number(row.cells[column].textContent))",
    );
    let numbers: Vec<f64> = cells.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    assert!(numbers.len() > 5, "{cells}");
    numbers
}

/// What a reader wants is on the first screens: the findings, an accuracy figure, then what was measured.
fn the_findings_come_first(browser: &mut Browser) {
    let wide = json!({ "width": 1400, "height": 900, "deviceScaleFactor": 1, "mobile": false });
    browser.ask("Emulation.setDeviceMetricsOverride", wide);
    let top = |browser: &mut Browser, what: &str| {
        let at = format!("document.querySelector('{what}').getBoundingClientRect().top + scrollY");
        browser.evaluate(&at).as_f64().unwrap()
    };
    let parts = [".findings", "#summary .canvas", "#own table", "#tables table", "#drawings .canvas"];
    let tops: Vec<f64> = parts.iter().map(|part| top(browser, part)).collect();
    assert!(tops.is_sorted() && tops[1] < 900.0, "{tops:?}");
    let beside = "(() => { const [a, b] = [...document.querySelectorAll('#drawings .canvas')]
        .map((canvas) => canvas.getBoundingClientRect()); return b.left > a.right; })()";
    assert_eq!(browser.evaluate(beside), true, "drawings lie side by side");
    browser.ask("Emulation.clearDeviceMetricsOverride", json!({}));
}

/// On a usual screen the table of what was measured is no wider than the page, and the letters of drawings are as large as
/// those of the page, nearly; on a phone its score is seen at once.
fn what_was_measured_fits_the_page(browser: &mut Browser) {
    let size =
        |width: u32| json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500 });
    browser.ask("Emulation.setDeviceMetricsOverride", size(1338));
    browser.frame();
    let wide = "[...document.querySelectorAll('#own > .scroll')]
        .filter((group) => group.scrollWidth > group.clientWidth)
        .map((group) => [group.ariaLabel, group.scrollWidth, group.clientWidth])";
    assert_eq!(browser.evaluate(wide), json!([]));
    let least = "Math.min(...[...document.querySelectorAll('.canvas text')]
        .map((text) => text.getBoundingClientRect()).filter((at) => at.width > at.height)
        .map((at) => at.height))";
    assert!(browser.evaluate(least).as_f64().unwrap() > 12.0, "height of a line of letters");
    browser.ask("Emulation.setDeviceMetricsOverride", size(390));
    browser.frame();
    assert!(browser.evaluate(least).as_f64().unwrap() > 10.0, "on a phone");
    let score = "[...document.querySelectorAll('#own table')]
        .filter((table) => table.caption.textContent.startsWith('Measured here'))
        .map((table) => [...table.tHead.rows[0].cells].find((head) => /%/.test(head.textContent)))
        .filter((head) => head && head.getBoundingClientRect().left > 330).length";
    assert_eq!(browser.evaluate(score), 0, "scores that are out of sight");
    browser.ask("Emulation.clearDeviceMetricsOverride", json!({}));
}

fn rows_are_sorted_by_click_and_by_key(browser: &mut Browser) {
    browser.evaluate(
        "var head = [...document.querySelectorAll('#records thead th')]
            .find((head) => head.textContent === 'Top-1 %');
         var column = head.cellIndex;",
    );
    let original = accuracies(browser);
    let mut rising = original.clone();
    rising.sort_by(f64::total_cmp);
    let falling: Vec<f64> = rising.iter().rev().copied().collect();
    assert!(original != rising && original != falling);
    for [first, second, third] in [["click"; 3], ["Enter", "Space", "Enter"]] {
        for (way, sort, rows) in [
            (first, json!("ascending"), &rising),
            (second, json!("descending"), &falling),
            (third, json!(null), &original),
        ] {
            browser.evaluate("head.firstChild.focus()");
            match way {
                "click" => drop(browser.evaluate("head.firstChild.click()")),
                "Enter" => browser.press("Enter", 13, "\r"),
                _ => browser.press(" ", 32, " "),
            }
            assert_eq!(browser.evaluate("head.getAttribute('aria-sort')"), sort, "{way}");
            assert_eq!(&accuracies(browser), rows, "{way}");
        }
    }
}

fn records_are_filtered(browser: &mut Browser) {
    let shown =
        "[...document.querySelectorAll('#records tbody tr')].filter((row) => row.offsetHeight > 0).length";
    let all = browser.evaluate(shown).as_u64().unwrap();
    browser.evaluate("document.querySelector('input[type=search]').focus()");
    browser.ask("Input.insertText", json!({ "text": "RIGL cifar10" }));
    let records =
        recorded().into_iter().flat_map(|out| records::Store::new(Path::new(&out)).load().unwrap().records);
    // A search finds parts of words: SRigL, too.
    let found =
        records.filter(|record| record.method.contains("rigl") && record.suite == "cifar10").count() as u64;
    assert!(found > 0 && found < all);
    assert_eq!(browser.evaluate(shown), json!(found));
    assert_eq!(browser.evaluate("document.querySelector('output').textContent"), format!("{found} of {all}"));
    browser.evaluate(
        "var box = document.querySelector('input[type=search]'); box.value = ''; box.dispatchEvent(new Event('input'))",
    );
    assert_eq!(browser.evaluate(shown), all);
}

fn a_key_opens_its_run(browser: &mut Browser) {
    let run = "document.getElementById(document.querySelector('#records tbody a').hash.slice(1))";
    assert_eq!(browser.evaluate(&format!("{run}.open")), false);
    browser.evaluate("document.querySelector('#records tbody a').click()");
    browser.evaluate("0");
    // The browser reports the new address in its own time.
    for _ in 0..100 {
        if browser.evaluate(&format!("{run}.open")) == true {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(browser.evaluate(&format!("{run}.open")), true);
    // What was out of sight has no text before it is drawn.
    browser.frame();
    let spec = browser.evaluate(&format!("{run}.querySelector('pre').innerText"));
    assert!(spec.as_str().unwrap().contains("\"model\""), "{spec}");
    // The same link again, after its run was closed: the address is as it was.
    browser.evaluate(&format!("{run}.open = false; document.querySelector('#records tbody a').click()"));
    assert_eq!(browser.evaluate(&format!("{run}.open")), true);
}

fn only_what_scrolls_is_a_stop_of_the_tab_key(browser: &mut Browser) {
    let groups = "var groups = [...document.querySelectorAll('.scroll')]
        .filter((group) => group.checkVisibility({ contentVisibilityAuto: true }));
        var scrolls = (group) => group.scrollWidth > group.clientWidth;";
    let count = |browser: &mut Browser, what: &str| {
        browser.evaluate(&format!("{groups} groups.filter((group) => {what}).length")).as_u64().unwrap()
    };
    let mut scrolling = Vec::new();
    for width in [1400, 390, 1400] {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        browser.ask("Emulation.setDeviceMetricsOverride", size);
        // Sizes are reported when a frame is drawn.
        browser.frame();
        assert_eq!(count(browser, "scrolls(group) !== (group.tabIndex === 0)"), 0, "at {width}");
        scrolling.push((count(browser, "scrolls(group)"), count(browser, "!scrolls(group)")));
    }
    let [(wide, fit), (narrow, _), again] = scrolling[..] else { panic!("{scrolling:?}") };
    assert!(fit > 0 && narrow > wide && again == (wide, fit), "{scrolling:?}");
    browser.ask("Emulation.clearDeviceMetricsOverride", json!({}));
}

/// Roles and names as assistive technology receives them.
fn roles(browser: &mut Browser) -> Vec<(String, String)> {
    let tree = browser.ask("Accessibility.getFullAXTree", json!({}));
    let told = tree["nodes"].as_array().unwrap().iter().filter(|node| node["ignored"] != true);
    let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_string();
    told.map(|node| (text(&node["role"]), text(&node["name"]))).collect()
}

fn everything_has_a_name(browser: &mut Browser) {
    browser.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
    let roles = roles(browser);
    // What is folded away is a group of its own, which its summary names.
    let unclear = "[...document.querySelectorAll('[role=group]')].map((group) => group.ariaLabel)
        .filter((name, at, names) => !name || names.indexOf(name) !== at)";
    assert_eq!(browser.evaluate(unclear), json!([]));
    // A landmark for every section and table; what scrolls is none.
    let landmarks: Vec<&(String, String)> = roles.iter().filter(|(role, _)| role == "region").collect();
    assert!(landmarks.len() < 20, "{landmarks:?}");
    for role in
        ["table", "figure", "image", "button", "link", "region", "navigation", "searchbox", "columnheader"]
    {
        let names: Vec<&str> =
            roles.iter().filter(|(own, _)| own == role).map(|(_, name)| name.as_str()).collect();
        assert!(!names.is_empty(), "there is no {role}");
        assert!(names.iter().all(|name| !name.trim().is_empty()), "a {role} has no name: {names:?}");
    }
}

fn texts_stand_out_in_light_and_dark(browser: &mut Browser) {
    let contrast = include_str!("contrast.js");
    let background = "getComputedStyle(document.body).backgroundColor";
    assert_eq!(browser.evaluate(contrast), json!([]));
    let light = browser.evaluate(background);
    browser.evaluate("document.getElementById('theme').click()");
    let dark = browser.evaluate(background);
    assert_ne!(light, dark);
    assert_eq!(browser.evaluate(contrast), json!([]));
    browser.evaluate("document.getElementById('theme').click()");
    assert_eq!(browser.evaluate(background), light);
    browser.evaluate("delete document.documentElement.dataset.theme");
    let prefers = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
    browser.ask("Emulation.setEmulatedMedia", prefers);
    assert_eq!(browser.evaluate(background), dark);
    browser.ask("Emulation.setEmulatedMedia", json!({ "features": [] }));
}

fn it_fits_a_phone(browser: &mut Browser) {
    let phone = json!({ "width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true });
    browser.ask("Emulation.setDeviceMetricsOverride", phone);
    assert_eq!(browser.evaluate("document.documentElement.scrollWidth"), 390);
    let shown = browser.evaluate(
        "Math.min(...[...document.querySelectorAll('.canvas')]
            .map((canvas) => canvas.clientWidth / canvas.firstElementChild.getBoundingClientRect().width))",
    );
    assert!(shown.as_f64().unwrap() > 0.99, "{shown} of a drawing is seen");
    // The small drawings of a detector's classes lie beside each other, where they are unfolded; a letter has 14 pixels
    // of 180.
    let narrow = browser.evaluate(
        "Math.min(...[...document.querySelectorAll('.curves svg')].map((svg) => svg.getBoundingClientRect().width)
            .filter((width) => width > 0))",
    );
    assert!(narrow.as_f64().unwrap() > 140.0, "{narrow}");
    let cut = browser.evaluate(
        "[...document.querySelectorAll('table:not(.headed) caption')]
            .filter((caption) => caption.getBoundingClientRect().right > 390).length",
    );
    assert_eq!(cut, 0, "captions are cut");
    browser.ask("Emulation.clearDeviceMetricsOverride", json!({}));
}

fn it_prints(browser: &mut Browser) {
    browser.ask("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    // A4 between margins of 12 mm.
    let paper = json!({ "width": 703, "height": 1031, "deviceScaleFactor": 1, "mobile": false });
    browser.ask("Emulation.setDeviceMetricsOverride", paper);
    let mm = "25.4 / 96";
    let small = browser.evaluate(&format!(
        "[...document.querySelectorAll('.canvas svg')].map((svg) => svg.getBoundingClientRect())
            .filter((at) => at.width * {mm} < 80 || at.height * {mm} > 250).length"
    ));
    assert_eq!(small, 0, "drawings are too small to be read or do not fit a page");
    // Of a table that continues on the next page, a button in its head would not be repeated.
    let blank = "[...document.querySelectorAll('thead button')]
        .filter((button) => getComputedStyle(button).display !== 'contents').length";
    assert_eq!(browser.evaluate(blank), 0);
    // What is wider than its page makes all pages smaller.
    let wide = "[...document.querySelectorAll('table')]
        .filter((table) => !table.closest('#records') && table.getBoundingClientRect().right > 703)
        .map((table) => [table.caption?.textContent, table.getBoundingClientRect().right])";
    assert_eq!(browser.evaluate(wide), json!([]));
    let landscape = json!({ "width": 1031, "height": 703, "deviceScaleFactor": 1, "mobile": false });
    browser.ask("Emulation.setDeviceMetricsOverride", landscape);
    assert_eq!(browser.evaluate("document.documentElement.scrollWidth <= 1031"), true);
    browser.ask("Emulation.clearDeviceMetricsOverride", json!({}));
    let hidden =
        "[...document.querySelectorAll('nav, #theme, .filter')].every((part) => part.offsetHeight === 0)";
    assert_eq!(browser.evaluate(hidden), true);
    assert_eq!(browser.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
    browser.ask("Emulation.setEmulatedMedia", json!({ "media": "" }));
}

fn all_of_it_is_there_without_the_script(browser: &mut Browser, page: &Path) {
    let with = roles(browser);
    browser.ask("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.open(page);
    let without = roles(browser);
    let count = |roles: &[(String, String)], role: &str| roles.iter().filter(|(own, _)| own == role).count();
    assert_eq!(count(&without, "button"), 0, "a button would do nothing");
    for role in ["figure", "image", "heading"] {
        assert!(count(&without, role) > 0, "there is no {role}");
    }
    assert!(count(&without, "DisclosureTriangle") > 0 && count(&without, "row") > 20);
    let named = |roles: &[(String, String)]| -> Vec<String> {
        roles.iter().filter(|(role, _)| role == "heading").map(|(_, name)| name.clone()).collect()
    };
    assert!(named(&without).iter().all(|name| named(&with).contains(name)));
}
