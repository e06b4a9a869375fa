//! The page as markup: what is in it, where links lead, and that nothing from a file becomes markup.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node, ParsingOptions};

use crate::made_up::{smoke, structured};
use crate::record::Record;
use crate::store::Store;
use crate::table::{table, table_ids};

use super::Report;

const DATE: &str = "2026-01-02T03:04:05Z";

fn folder(records: &[Record]) -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    let mut writer = csv::Writer::from_path(Store::new(out.path()).path()).unwrap();
    records.iter().for_each(|record| writer.serialize(record).unwrap());
    writer.flush().unwrap();
    out
}

fn page_of(outs: &[&Path]) -> String {
    let outs: Vec<PathBuf> = outs.iter().map(|out| out.to_path_buf()).collect();
    Report::read(&outs).unwrap().html(DATE)
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
    let (_, out) = usual();
    let page = page_of(&[out.path()]);
    let document = parse(&page);
    for id in table_ids() {
        let own = super::html::id("table", id);
        let section = document.descendants().find(|node| node.attribute("id") == Some(own.as_str())).unwrap();
        assert!(text(section).contains(table(id).unwrap().title));
        let folded = section.ancestors().any(|node| node.tag_name().name() == "details");
        assert_eq!(
            folded,
            !["table1", "table2", "table4", "table5", "mobilenet", "sensitivity"].contains(&id)
        );
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
        let region = table.parent().unwrap();
        assert_eq!((region.attribute("role"), region.attribute("tabindex")), (Some("region"), Some("0")));
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
    let other = folder(&records[..1]);
    let outs = [out.path().to_path_buf(), other.path().to_path_buf()];
    let report = Report::read(&outs).unwrap();
    assert_eq!(report.complaints().len(), 2, "{:?}", report.complaints());
    assert!(report.complaints()[0].contains(&format!("{}:", file.display())));
    assert!(report.complaints()[1].contains(&records[0].key));
    let page = report.html(DATE);
    let document = parse(&page);
    let summary = document.descendants().find(|node| node.attribute("id") == Some("summary")).unwrap();
    let said = text(summary);
    for complaint in report.complaints() {
        assert!(said.contains(complaint.as_str()), "{said}");
    }
    assert!(said.contains(&format!("1 of {} trials did not end as planned", records.len())), "{said}");
    assert!(page.contains(DATE));
}

#[test]
fn verdicts_are_counted_and_methods_ranked() {
    use super::best::best;
    use super::summary::Verdicts;
    let records = structured("resnet50");
    let told = Verdicts::of(&table("table1").unwrap(), &records);
    // HALP at 80, 55 and 30 % of the latency against 77.44, 76.47 and 74.41; all else is second-hand or
    // unpublished.
    assert_eq!((told.reproduced, told.better, told.worse), (3, 0, 0));
    assert!(told.not_comparable > 0 && told.unpublished > 0, "{told:?}");
    let ranked: HashMap<String, Vec<String>> = best(&records)
        .into_iter()
        .map(|best| (best.level, best.ranking.into_iter().map(|(method, _)| method).collect()))
        .collect();
    let at_30 = &ranked["latency 30%"];
    let order = ["iee, from pretrained", "iee", "halp, from pretrained", "magnitude, from pretrained"];
    assert!(at_30.iter().zip(order).all(|(method, start)| method.starts_with(start)), "{at_30:?}");
    assert_eq!(best(&records)[0].dense.unwrap().n, 2);
}

#[test]
fn without_records_there_is_a_page_of_published_values() {
    let out = tempfile::tempdir().unwrap();
    let outs = [out.path().to_path_buf()];
    let report = Report::read(&outs).unwrap();
    assert!(report.is_empty() && report.complaints().is_empty());
    parse(&report.html(DATE));
}
