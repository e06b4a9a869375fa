//! A column of a table: its head, and what it shows of a row.

use crate::evidence::table_row::TableRow;
use crate::page::Column;

/// What a column shows of a row; nothing where the row has nothing of it.
pub type ShownOf<'s> = Box<dyn Fn(&TableRow) -> Option<String> + 's>;

/// A column with what it shows.
pub type RowColumn<'s> = (Column, ShownOf<'s>);
