//! The program a person types: plans, runs and prints comparisons
fn main() {}
