//! The tables, one file each: the paper's, and those beside them.
//!
//! To add one: a file like these, whose name is the table's id and whose first line says in `make help` what it
//! shows, and its `mod` line here. `build.rs` lists the files.

mod cifar100;
mod mobilenet;
mod sensitivity;
pub mod table1;
mod table2;
mod table3;
mod table4;
mod table5;
pub mod table_voc;
pub mod unknowns;

use super::table::TableDefinition;

/// Every table with the name of its file, in the order of the names.
pub fn all() -> Vec<(&'static str, TableDefinition)> {
    include!(concat!(env!("OUT_DIR"), "/tables.rs"))
}
