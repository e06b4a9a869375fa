//! The page as markup: what is in it, where links lead, and that nothing from a file becomes markup.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use records::{FpsRow, FpsStore, Record, RunDirectory, Store, files};
use roxmltree::{Document, Node, ParsingOptions};

use crate::evidence::group::groups;
use crate::fixtures::{PIXEL, detection, smoke, structured};
use crate::paper::{table, table_ids};

use super::Report;

const DATE: &str = "2026-01-02T03:04:05Z";

fn folder(records: &[Record]) -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    let mut writer = csv::Writer::from_path(Store::new(out.path()).path()).unwrap();
    records.iter().for_each(|record| writer.serialize(record).unwrap());
    writer.flush().unwrap();
    out
}

/// Commits a run behind each record, with the files that are in its directory already, and records its throughput.
fn commit(out: &tempfile::TempDir, records: &[Record]) {
    let measured = records.iter().filter(|record| record.fps.is_some());
    let throughput = |record: &Record| FpsRow {
        key: record.key.clone(),
        protocol: "stable".into(),
        precision: "fp32".into(),
        layout: "channels-last".into(),
        batch: record.fps_batch.unwrap_or_default(),
        device: record.fps_device.clone(),
        fps: record.fps,
        fps_low: record.fps_low,
        fps_high: record.fps_high,
        relative_to_dense: record.fps_relative,
        per_reference: record.fps_per_reference,
        valid: record.fps_doubt.is_empty(),
        reason: record.fps_doubt.clone(),
        ..FpsRow::default()
    };
    FpsStore::new(out.path()).append(&measured.map(throughput).collect::<Vec<_>>()).unwrap();
    for record in records {
        let run = RunDirectory::of(out.path(), &record.key);
        // Some keys are no names of folders.
        if fs::create_dir_all(run.path()).is_ok() && run.write_json(files::RECORD, record).is_ok() {
            let names = files::RESULT.into_iter().filter(|name| run.file(name).exists());
            run.commit(&names.collect::<Vec<_>>()).unwrap();
        }
    }
}

fn page_of(outs: &[&Path]) -> String {
    let outs: Vec<PathBuf> = outs.iter().map(|out| out.to_path_buf()).collect();
    Report::read(&outs, |_| ()).unwrap().html(DATE)
}

fn parse(page: &str) -> Document<'_> {
    Document::parse_with_options(page, ParsingOptions { allow_dtd: true, ..Default::default() }).unwrap()
}

fn all<'a>(document: &'a Document, name: &str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|node| node.tag_name().name() == name).collect()
}

fn text(node: Node) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

/// Trials of several suites, one of them failed, in a folder with the runs of some.
fn usual() -> (Vec<Record>, tempfile::TempDir) {
    let mut records = structured("resnet50");
    records.extend(structured("mobilenet-v1").into_iter().map(|record| {
        let key = format!("mobile-{}", record.key);
        Record { key, ..smoke(record) }
    }));
    records[3].status = "diverged".into();
    let out = folder(&records);
    let run = out.path().join("runs").join(&records[0].key);
    fs::create_dir_all(&run).unwrap();
    fs::write(run.join("spec.json"), "{\n  \"model\": \"<resnet50>\"\n}\n").unwrap();
    fs::write(run.join("environment.json"), "{\"device\": \"H100 & co\"}").unwrap();
    commit(&out, &records);
    (records, out)
}

#[test]
fn every_link_has_one_target_and_every_trial_a_run() {
    let (records, out) = usual();
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    let distinct: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "an id stands twice");
    for link in all(&document, "a") {
        let to = link.attribute("href").unwrap();
        assert!(to.starts_with("data:") || distinct.contains(&to[1..]), "{to}");
    }
    for name in ["aria-labelledby", "aria-describedby", "for"] {
        for named in document.descendants().filter_map(|node| node.attribute(name)) {
            assert!(distinct.contains(named), "{named}");
        }
    }
    let runs: Vec<Node> =
        all(&document, "details").into_iter().filter(|node| node.attribute("class") == Some("run")).collect();
    assert_eq!(runs.len(), records.len());
    let first = runs.iter().map(|run| text(*run)).find(|run| run.contains(&records[0].key)).unwrap();
    assert!(first.contains("\"model\": \"<resnet50>\"") && first.contains("H100 & co"), "{first}");
    assert!(first.contains("top1") && first.contains("76.8"), "{first}");
}

#[test]
fn points_lead_to_the_runs_they_are_the_mean_of() {
    let (records, out) = usual();
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    let drawings = all(&document, "figure").len();
    let points: Vec<Node> = all(&document, "details")
        .into_iter()
        .filter(|node| node.attribute("class") == Some("points"))
        .collect();
    assert!(drawings > 0 && points.len() == drawings);
    let linked: HashSet<String> = points
        .iter()
        .flat_map(|details| details.descendants())
        .filter_map(|node| node.attribute("href").map(String::from))
        .collect();
    for record in records.iter().filter(|record| record.is_ok() && record.model == "resnet50") {
        assert!(linked.contains(&super::html::id("#run", &record.key)), "{}", record.key);
    }
}

#[test]
fn the_way_from_a_point_to_its_run_is_short() {
    let (records, out) = usual();
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    let tables = all(&document, "details")
        .into_iter()
        .filter(|node| node.attribute("class") == Some("points"))
        .filter_map(|node| node.descendants().find(|node| node.has_tag_name("table")));
    let mut published = 0;
    for table in tables {
        let rows: Vec<Node> = table.descendants().filter(|node| node.has_tag_name("tr")).collect();
        let second: Vec<Node> =
            rows.iter().map(|row| row.children().filter(Node::is_element).nth(1).unwrap()).collect();
        assert_eq!(text(second[0]), "key");
        let leads = |cell: &Node| cell.descendants().any(|node| node.attribute("href").is_some());
        let leads: Vec<bool> = second[1..].iter().map(leads).collect();
        assert!(leads.is_sorted_by(|a, b| a >= b) && leads[0], "{leads:?}");
        published += leads.iter().filter(|leads| !**leads).count();
    }
    assert!(published > 0 && !records.is_empty());
}

#[test]
fn a_key_may_have_semicolons() {
    let mut records = structured("resnet50");
    let keys = ["a;b", ";", "a;", "c"];
    records.iter_mut().zip(keys).for_each(|(record, key)| record.key = key.into());
    let out = folder(&records);
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    let points: Vec<Node> = all(&document, "details")
        .into_iter()
        .filter(|node| node.attribute("class") == Some("points"))
        .collect();
    for key in keys {
        let to = super::html::id("#run", key);
        let link = |node: &Node| node.attribute("href") == Some(&to) && text(*node) == key;
        assert!(points.iter().flat_map(Node::descendants).any(|node| link(&node)), "{key}");
    }
}

#[test]
fn a_key_that_leads_out_of_the_folder_shows_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let (out, elsewhere) = (folder.path().join("out"), folder.path().join("x/runs/X"));
    fs::create_dir_all(&elsewhere).unwrap();
    fs::create_dir_all(out.join("runs")).unwrap();
    fs::write(elsewhere.join("spec.json"), "confidential").unwrap();
    let mut records = structured("resnet50");
    records[0].key = "../../x/runs/X".into();
    let mut writer = csv::Writer::from_path(Store::new(&out).path()).unwrap();
    records.iter().for_each(|record| writer.serialize(record).unwrap());
    writer.flush().unwrap();
    let page = page_of(&[&out]);
    assert!(page.contains("../../x/runs/X") && !page.contains("confidential"));
}

#[test]
fn drawings_are_there_with_their_texts_and_files() {
    let (_, out) = usual();
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    for figure in all(&document, "figure") {
        let image = figure.descendants().find(|node| node.attribute("role") == Some("img")).unwrap();
        assert!(image.descendants().any(|node| node.tag_name().name() == "svg"));
        let described = image.attribute("aria-describedby").unwrap();
        let description =
            document.descendants().find(|node| node.attribute("id") == Some(described)).unwrap();
        assert!(!text(description).is_empty());
        let files: Vec<_> = figure.descendants().filter_map(|node| node.attribute("download")).collect();
        assert!(files.len() == 2 && files[0].ends_with(".svg") && files[1].ends_with(".csv"), "{files:?}");
    }
}

#[test]
fn every_table_is_there_with_its_head() {
    let (records, out) = usual();
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    for id in table_ids() {
        let own = super::html::id("table", id);
        let section = document.descendants().find(|node| node.attribute("id") == Some(own.as_str())).unwrap();
        assert!(text(section).contains(table(id).unwrap().title));
        let folded = section.ancestors().any(|node| node.tag_name().name() == "details");
        let recorded = !groups(&table(id).unwrap(), &records).is_empty();
        assert_eq!(folded, !recorded, "{id}");
        let of_imagenet = ["table1", "table2", "table4", "table5", "mobilenet", "sensitivity"];
        assert!(!of_imagenet.contains(&id) || recorded, "{id}");
        assert!(id != "table3" || !recorded);
    }
    for table in all(&document, "table") {
        let caption = table.first_element_child().unwrap();
        assert!(caption.has_tag_name("caption") && !text(caption).is_empty());
        let columns = table.descendants().filter(|node| node.attribute("scope") == Some("col")).count();
        for row in table.descendants().filter(|node| node.has_tag_name("tr")) {
            let cells: usize = row
                .children()
                .filter(Node::is_element)
                .map(|cell| cell.attribute("colspan").map_or(1, |n| n.parse().unwrap()))
                .sum();
            assert_eq!(cells, columns, "{}", text(table));
            let first = row.first_element_child().unwrap();
            assert!(first.has_tag_name("th") && first.attribute("scope").is_some());
        }
        let group = table.parent().unwrap();
        assert_eq!((group.attribute("role"), group.attribute("tabindex")), (Some("group"), Some("0")));
    }
}

#[test]
fn headings_are_in_order() {
    let (_, out) = usual();
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    let level = |node: Node| node.tag_name().name().strip_prefix('h')?.parse::<u32>().ok();
    let levels: Vec<u32> = document.descendants().filter_map(level).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
}

#[test]
fn what_comes_from_files_is_text() {
    let evil = "<script>alert(1)</script>\"'&amp;]]>\u{1}";
    let mut records = structured("resnet50");
    for record in &mut records {
        for field in [&mut record.commit, &mut record.settings, &mut record.device, &mut record.dataset] {
            *field = evil.into();
        }
    }
    records[0].key = evil.into();
    records[1].method = evil.into();
    records[2].fps_device = evil.into();
    records[3].status = evil.into();
    let out = folder(&records);
    let run = out.path().join("runs").join(&records[2].key);
    fs::create_dir_all(&run).unwrap();
    fs::write(run.join("spec.json"), evil).unwrap();
    commit(&out, &records);
    let mut file = fs::read_to_string(Store::new(out.path()).path()).unwrap();
    file.push_str(&format!("{}\n", evil.replace('"', "")));
    fs::write(Store::new(out.path()).path(), file).unwrap();
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    assert_eq!(all(&document, "script").len(), 1);
    assert_eq!(page.matches("<script").count(), 1);
    assert!(text(document.root_element()).contains("<script>alert(1)</script>\"'&amp;]]>\u{fffd}"));
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let (_, out) = usual();
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    let outside = ["src", "srcset", "href", "action", "data", "poster", "background"];
    for attribute in document.descendants().flat_map(|node| node.attributes()) {
        let value = attribute.value();
        if outside.contains(&attribute.name()) {
            assert!(value.starts_with('#') || value.starts_with("data:"), "{value}");
        }
        assert!(!attribute.name().starts_with("on"), "{}", attribute.name());
        assert!(!value.contains("url(http") && !value.contains("javascript:"), "{value}");
    }
    assert!(all(&document, "link").is_empty() && all(&document, "img").is_empty());
    for own in ["style", "script"] {
        let own = text(all(&document, own)[0]);
        assert!(!own.contains("http") && !own.contains("@import") && !own.contains("url("), "{own}");
    }
    let policies: Vec<_> =
        all(&document, "meta").iter().filter_map(|meta| meta.attribute("content")).collect();
    assert!(policies.iter().any(|policy| policy.starts_with("default-src 'none'")));
}

#[test]
fn what_was_left_out_and_what_failed_is_said_first() {
    let (records, out) = usual();
    let file = Store::new(out.path()).path();
    let mut rows = fs::read_to_string(&file).unwrap();
    rows.push_str("half a row\n");
    fs::write(&file, rows).unwrap();
    let repeated = [records[0].clone(), records[1].clone(), Record { top1: Some(1.0), ..records[2].clone() }];
    let other = folder(&repeated);
    let outs = [out.path().to_path_buf(), other.path().to_path_buf()];
    let report = Report::read(&outs, |_| ()).unwrap();
    assert_eq!(report.complaints().len(), 2, "{:?}", report.complaints());
    assert!(report.complaints()[0].contains(&format!("{}:", file.display())));
    // A trial that says the same in both folders is shown, and nothing of it left out.
    assert!(report.complaints()[1].contains(&records[2].key));
    assert_eq!(report.remarks().len(), 1, "{:?}", report.remarks());
    assert!(records[..2].iter().all(|record| report.remarks()[0].contains(&record.key)));
    let page = report.html(DATE);
    let document = parse(&page);
    let summary = document.descendants().find(|node| node.attribute("id") == Some("summary")).unwrap();
    let said = text(summary);
    let warnings = all(&document, "div").into_iter().filter(|node| node.attribute("role") == Some("note"));
    let left_out: String = warnings.map(text).collect();
    for complaint in report.complaints() {
        assert!(left_out.contains(complaint.as_str()), "{left_out}");
    }
    for remark in report.remarks() {
        assert!(said.contains(remark.as_str()) && !left_out.contains(remark.as_str()), "{said}");
    }
    assert!(said.contains(&format!("1 of {} trials did not complete", records.len())), "{said}");
    assert!(page.contains(DATE));
}

#[test]
fn verdicts_are_counted() {
    use super::summary::Verdicts;
    let records = structured("resnet50");
    let told = Verdicts::of(&table("table1").unwrap(), &groups(&table("table1").unwrap(), &records));
    // HALP at 80, 55 and 30 % of the latency against 77.44, 76.47 and 74.41; all else is second-hand or
    // unpublished.
    assert_eq!((told.reproduced, told.better, told.worse), (3, 0, 0));
    assert!(told.not_comparable > 0 && told.unpublished > 0, "{told:?}");
}

#[test]
fn without_records_there_is_a_page_of_published_values() {
    let out = tempfile::tempdir().unwrap();
    let outs = [out.path().to_path_buf()];
    let report = Report::read(&outs, |_| ()).unwrap();
    assert!(report.is_empty() && report.complaints().is_empty());
    parse(&report.html(DATE));
}

/// The classes of a detector and two points of a curve, as its run has them.
const CLASSES: &str = "class,objects,detections,ap_11_points,ap_all_points\n\
    a <cat>,358,402,81.25,83.5\ndog,0,12,,\n";
const CURVES: &str = "class,score,precision,recall\na <cat>,0.9,1,0.5\na <cat>,0.3,0.6,0.875\n";

/// Detections recorded in a folder, of which the first run has these files.
fn detected(files: &[(&str, &[u8])]) -> (Vec<Record>, tempfile::TempDir) {
    let mut records = detection();
    records[0].map_all_points = Some(80.125);
    records[0].settings = "metric_rule=smcp".into();
    let out = folder(&records);
    let run = out.path().join("runs").join(&records[0].key);
    fs::create_dir_all(&run).unwrap();
    files.iter().for_each(|(name, bytes)| fs::write(run.join(name), bytes).unwrap());
    commit(&out, &records);
    (records, out)
}

/// The section of a run.
fn run_of<'a>(document: &'a Document, record: &Record) -> Node<'a, 'a> {
    let own = super::html::id("run", &record.key);
    document.descendants().find(|node| node.attribute("id") == Some(&own)).unwrap()
}

#[test]
fn a_detector_has_its_classes_its_curves_and_its_photographs() {
    let files = [("classes.csv", CLASSES.as_bytes()), ("precision_recall.csv", CURVES.as_bytes())];
    let (records, out) = detected(&[&files[..], &[("examples.png", PIXEL)]].concat());
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    let run = run_of(&document, &records[0]);
    let said = text(run);
    let result = "Mean average precision after the last epoch: 78.00 % by rule smcp; 80.12 % by all points.";
    assert!(said.contains(result), "{said}");

    let tables: Vec<Node> = run.descendants().filter(|node| node.has_tag_name("table")).collect();
    let cells = |row: Node| row.children().filter(Node::is_element).map(text).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> =
        tables[0].descendants().filter(|node| node.has_tag_name("tr")).map(cells).collect();
    assert_eq!(rows[1..], [["a <cat>", "358", "402", "81.25", "83.50"], ["dog", "0", "12", "–", "–"]]);

    let curves = run.descendants().find(|node| node.has_tag_name("svg")).unwrap();
    let image = curves.parent().unwrap();
    let drawn = text(image);
    assert!(drawn.contains("a <cat> 81.2") && drawn.contains("dog –"), "{drawn}");
    let described = image.attribute("aria-describedby").unwrap();
    let description = document.descendants().find(|node| node.attribute("id") == Some(described)).unwrap();
    assert!(text(description).contains("One drawing per class"));

    let photographs: Vec<Node> = run.descendants().filter(|node| node.has_tag_name("img")).collect();
    assert_eq!(photographs.len(), 1);
    let [source, width, words] = ["src", "width", "alt"].map(|name| photographs[0].attribute(name).unwrap());
    assert!(source.starts_with("data:image/png;base64,iVBORw0KGgo") && width == "1" && !words.is_empty());
    // Folded, so that a page of many runs stays short, and there without a script.
    for part in [tables[0], curves, photographs[0]] {
        assert_eq!(part.ancestors().filter(|node| node.has_tag_name("details")).count(), 2);
    }
    let other = text(run_of(&document, &records[1]));
    assert!(!other.contains("Average precision of"), "{other}");
}

#[test]
fn files_of_a_detector_that_cannot_be_shown_are_named() {
    let damaged = CLASSES.replace("402", "many");
    let (records, out) = detected(&[("classes.csv", damaged.as_bytes()), ("examples.png", b"GIF89a")]);
    let report = Report::read(&[out.path().to_path_buf()], |_| ()).unwrap();
    let [complaint] = report.complaints() else { panic!("{:?}", report.complaints()) };
    assert!(complaint.contains("classes.csv:2: column `detections`"), "{complaint}");
    let page = report.html(DATE);
    let document = parse(&page);
    let said = text(run_of(&document, &records[0]));
    assert!(said.contains("Average precision of 1 class") && said.contains("examples.png is not a PNG file"));
    assert!(!said.contains("Precision over recall"), "{said}");

    let large = [PIXEL, &vec![0; 3_000_001]].concat();
    let (records, out) = detected(&[("examples.png", &large)]);
    let page = page_of(&[out.path()]);
    let said = text(run_of(&parse(&page), &records[0]));
    assert!(said.contains("examples.png has 3.0 MB, too much for this page") && page.len() < 1_000_000);
}

/// However many detectors there are, the page can be opened.
#[test]
fn the_page_has_room_for_so_many_photographs() {
    let (mut records, large) = (Vec::new(), [PIXEL, &vec![0; 2_900_000]].concat());
    for n in 0..8 {
        records.push(Record { key: format!("run-{n}"), ..detection()[0].clone() });
    }
    let out = folder(&records);
    for record in &records {
        let run = out.path().join("runs").join(&record.key);
        fs::create_dir_all(&run).unwrap();
        fs::write(run.join("examples.png"), &large).unwrap();
    }
    commit(&out, &records);
    let page = page_of(&[out.path()]);
    assert!(page.len() < 25_000_000, "{}", page.len());
    let document = parse(&page);
    let shown = all(&document, "img").len();
    let left_out = page.matches("examples.png is left out, because the page is large already").count();
    assert_eq!((shown, left_out), (6, 2));
}

#[test]
fn self_checks_are_shown_beside_the_records_and_without_any() {
    use records::self_check::{Check, Finding, Subject};
    let finding = Finding::fail("<the device> & the processor differ").and("distance", 0.25, "");
    let (stage, name, at) = ("correct".into(), "dense step".into(), DATE.into());
    let check = Check { stage, name, at, seconds: 1.0, finding };
    let subject = Subject {
        commit: "abc".into(),
        libtorch: "2.11.0".into(),
        device: "cuda:0".into(),
        device_name: "H100 & co".into(),
    };
    let check = records::SelfCheck { subject, checks: vec![check] };
    let (_, out) = usual();
    let empty = tempfile::tempdir().unwrap();
    for out in [&out, &empty] {
        let folder = out.path().join("selfcheck-h100");
        fs::create_dir(&folder).unwrap();
        check.write(&folder).unwrap();
        let report = Report::read(&[out.path().to_path_buf()], |_| ()).unwrap();
        assert!(!report.is_empty());
        let page = report.html(DATE);
        let document = parse(&page);
        let section = all(&document, "section");
        let section = section.iter().find(|node| node.attribute("id") == Some("self-checks")).unwrap();
        let shown = text(*section);
        for words in ["0 pass, 1 fail", "<the device> & the processor differ", "0.25", "H100 & co"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
    }
    fs::write(out.path().join("selfcheck-h100/selfcheck.json"), "{").unwrap();
    let report = Report::read(&[out.path().to_path_buf()], |_| ()).unwrap();
    assert!(report.complaints().iter().any(|complaint| complaint.contains("damaged")));
    assert!(!report.html(DATE).contains("id=\"self-checks\""));
}
