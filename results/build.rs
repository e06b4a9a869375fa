//! Lists the files that the crate is made of beside its code: the sources of published values, and the tables
//! and figures of the paper. A new one is its file, and of the latter two its `mod` line; no list has to know it.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() {
    let values = stems("reference", "csv");
    let mut list = String::from("&[\n");
    for name in &values {
        let path = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/reference/{name}.csv\")");
        writeln!(list, "    (\"{name}.csv\", include_str!({path})),").expect("a string takes every line");
    }
    write("reference", &(list + "]\n"));
    for folder in ["tables", "figures"] {
        let names = stems(&format!("src/paper/{folder}"), "rs");
        let entries = names.iter().map(|name| format!("    (\"{name}\", {name}::definition()),\n"));
        write(folder, &format!("vec![\n{}]\n", entries.collect::<String>()));
    }
}

/// The names of the files of a folder that end so, without the ending, sorted.
fn stems(folder: &str, ending: &str) -> Vec<String> {
    println!("cargo::rerun-if-changed={folder}");
    let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let paths = files.map(|file| file.expect("a folder can be listed to its end").path());
    let ours = paths.filter(|path| path.extension().is_some_and(|found| found == ending));
    let stem = |path: &Path| path.file_stem().and_then(|stem| stem.to_str()).map(String::from);
    let mut stems: Vec<String> = ours.filter_map(|path| stem(&path)).collect();
    stems.sort();
    stems
}

/// Writes an expression for `include!`.
fn write(name: &str, text: &str) {
    let folder = env::var("OUT_DIR").expect("cargo sets it");
    let path = Path::new(&folder).join(format!("{name}.rs"));
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
