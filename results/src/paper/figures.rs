//! The figures, one file each: the paper's, and those beside them.
//!
//! To add one: a file like these, whose name is the figure's id (`_` for `-`) and whose first line says in
//! `make help` what it shows, and its `mod` line here. `build.rs` lists the files.

mod fig3;
mod fig3_resnet50;
mod fig4;
mod fig5;
mod unknowns;

use super::figure::FigureDefinition;

/// Every figure with the name of its file, in the order of the names.
pub fn all() -> Vec<(&'static str, FigureDefinition)> {
    include!(concat!(env!("OUT_DIR"), "/figures.rs"))
}
