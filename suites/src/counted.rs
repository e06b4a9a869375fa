//! Numbers of things in sentences.

/// So many of something: `1 image`, `2 images`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
