//! The LaTeX that tables are written as, compiled in an article of two columns. Skipped where no LaTeX is installed.

use std::fs;
use std::path::Path;
use std::process::Command;

use records::Store;
use results::{TableFormat, own, render, render_measured, table, table_ids};
use tempfile::TempDir;

/// How far a line may reach beyond its column: a tenth of a letter, which nobody sees.
const MOST_OVERFULL: f64 = 1.0;

/// A LaTeX with the package that the tables need; none says that the test is skipped.
fn latex() -> Option<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    let probe = "\\documentclass{article}\\usepackage{array,booktabs}\\begin{document}x\\end{document}";
    let works = |name: &&str| compile(name, &folder, probe).is_ok();
    let found = ["pdflatex", "tectonic"].into_iter().find(works);
    if found.is_none() {
        println!("skipped: neither pdflatex nor tectonic with the package booktabs is on PATH");
    }
    found
}

/// Compiles a document twice, for its references, and gives the log.
fn compile(latex: &str, folder: &TempDir, document: &str) -> Result<String, String> {
    let path = folder.path().join("page.tex");
    fs::write(&path, document).unwrap();
    let options: &[&str] = match latex {
        "pdflatex" => &["-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        _ => &["--keep-logs", "page.tex"],
    };
    for _ in 0..2 {
        let ran = Command::new(latex).args(options).current_dir(folder.path()).output();
        let output = ran.map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stdout).into_owned());
        }
    }
    Ok(String::from_utf8_lossy(&fs::read(folder.path().join("page.log")).unwrap()).into_owned())
}

/// An article of two columns that loads what the first line of a table names.
fn article(table: &str) -> String {
    let needs = table.lines().next().unwrap();
    let package = needs.split("\\usepackage{").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
    format!(
        "\\documentclass[twocolumn]{{article}}\n\\usepackage{{{package}}}\n\\begin{{document}}\n\
         Results are in Table~\\ref{{tab:first}}.\n{}\n\\end{{document}}\n",
        table.replacen("\\label{tab:", "\\label{tab:first}\\label{tab:", 1)
    )
}

fn recorded(name: &str) -> Vec<records::Record> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded").join(name);
    Store::new(&folder).load().unwrap().records
}

#[test]
fn every_table_compiles_in_two_columns_and_fits_them() {
    let Some(latex) = latex() else { return };
    let folder = tempfile::tempdir().unwrap();
    let pilot = recorded("cifar10-pilot-cpu");
    let channels = recorded("imagenet-lite-cpu-channels");
    let detectors = recorded("voc-helmets-cpu");
    let mut pages: Vec<(String, String)> = vec![
        ("own".into(), own::render(&pilot, &[], TableFormat::Latex)),
        ("own, channels".into(), own::render(&channels, &[], TableFormat::Latex)),
        ("own, detectors".into(), own::render(&detectors, &[], TableFormat::Latex)),
    ];
    for id in table_ids() {
        let definition = table(id).unwrap();
        pages.push((id.to_string(), render(&definition, &[], TableFormat::Latex)));
        for records in [&pilot, &channels, &detectors] {
            if records.iter().any(|record| record.suite == definition.suite) {
                pages.push((format!("{id}, all"), render(&definition, records, TableFormat::Latex)));
                pages.push((
                    format!("{id}, measured"),
                    render_measured(&definition, records, TableFormat::Latex),
                ));
            }
        }
    }
    for (name, page) in pages.iter().filter(|(_, page)| page.contains("\\begin{tabular}")) {
        let log = compile(latex, &folder, &article(page)).unwrap_or_else(|log| panic!("{name}: {log}"));
        let flat = log.replace('\n', "");
        assert!(!flat.contains("undefined references") && !flat.contains("Float too large"), "{name}: {log}");
        let overfull = log.lines().filter_map(|line| line.strip_prefix("Overfull \\hbox ("));
        let widest = overfull.filter_map(|rest| rest.split("pt").next()?.parse().ok()).fold(0.0, f64::max);
        assert!(widest <= MOST_OVERFULL, "{name}: {widest} pt too wide\n{page}");
    }
}

#[test]
fn a_table_has_a_caption_a_label_and_no_long_table() {
    let page = own::render(&recorded("cifar10-pilot-cpu"), &[], TableFormat::Latex);
    for part in ["\\caption{", "\\label{tab:own}", "\\begin{tabular}", "% needs \\usepackage{array,booktabs}"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("longtable"));
    let long = own::render(&recorded("cifar10-pilot-cpu"), &[], TableFormat::LatexLong);
    assert!(long.contains("\\begin{longtable}") && !long.contains("\\caption"));
}
