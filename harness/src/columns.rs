//! Text in aligned columns.

/// Lines of two-space separated columns, each as wide as its widest cell, behind `indent` spaces.
pub fn align(rows: &[Vec<String>], indent: usize) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (cell, width) in row.iter().zip(&widths) {
            line += &format!("{cell:<width$}  ");
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a", "b", "c"], ["long", "±", ""]].map(|row| row.map(String::from).to_vec());
        assert_eq!(align(&rows, 1), " a     b  c\n long  ±\n");
    }
}
