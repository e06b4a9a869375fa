//! Grids as CSV; missing cells are empty, headings are left out, and no field is a formula.

use records::formula::guarded;

use super::Grid;

/// Writes a grid, its column titles as the header.
pub fn grid(grid: &Grid) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(grid.columns.iter().map(|column| column.title.as_str()))
        .expect("a vector takes every byte");
    for row in grid.blocks.iter().flat_map(|block| &block.rows) {
        writer
            .write_record(row.iter().map(|cell| guarded(cell.as_deref().unwrap_or("")).into_owned()))
            .expect("rows are as long as the header");
    }
    let bytes = writer.into_inner().expect("a vector takes every byte");
    String::from_utf8(bytes).expect("cells are text")
}
